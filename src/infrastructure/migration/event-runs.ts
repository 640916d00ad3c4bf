import type { StoredEvent } from '../event-store/event-store.js';

/*
 * Well below the limits of an append: what a server counts against its own limit is more than data and metadata.
 * A larger event, which the ledger once appended by itself, goes by itself again.
 */
const RUN_EVENTS_MAX = 512;
const RUN_BYTES_MAX = 512 * 1024;

/** Gathers neighbours of one stream, which one append can carry without changing the log's order. */
export async function* eventRuns(
  batches: AsyncIterable<readonly StoredEvent[]>,
): AsyncGenerator<readonly [StoredEvent, ...StoredEvent[]]> {
  let run: [StoredEvent, ...StoredEvent[]] | undefined;
  let runBytes = 0;
  for await (const batch of batches) {
    for (const event of batch) {
      const eventBytes = Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata);
      if (run !== undefined && hasRoom(run, event, runBytes + eventBytes)) {
        run.push(event);
        runBytes += eventBytes;
        continue;
      }
      if (run !== undefined) yield run;
      run = [event];
      runBytes = eventBytes;
    }
  }
  if (run !== undefined) yield run;
}

function hasRoom(run: readonly [StoredEvent, ...StoredEvent[]], event: StoredEvent, bytes: number): boolean {
  const [first] = run;
  if (event.stream !== first.stream || event.revision !== first.revision + run.length) return false;
  return run.length < RUN_EVENTS_MAX && bytes <= RUN_BYTES_MAX;
}
