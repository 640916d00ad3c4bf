import type { EventStore, Position, StoredEvent } from '../event-store/event-store.js';
import type { ArrivedEvent } from './arrived-event.js';
import { arrived } from './arrived-event.js';

/** What one transaction of a rebuild takes at most: fewer commits, and caches that pay. */
const BATCH_EVENTS_MAX = 10_000;
const BATCH_CHARACTERS_MAX = 16 * 1024 * 1024;

/** The log after a position up to the present, in batches as large as memory allows. */
export async function* largeBatches(
  store: EventStore,
  after: Position,
  signal: AbortSignal | undefined,
): AsyncIterable<readonly ArrivedEvent[]> {
  let gathered: ArrivedEvent[] = [];
  let characters = 0;
  for await (const batch of store.readAll(after, signal === undefined ? {} : { signal })) {
    for (const stored of batch) {
      gathered.push(arrived(stored));
      characters += sizeOf(stored);
      if (gathered.length < BATCH_EVENTS_MAX && characters < BATCH_CHARACTERS_MAX) continue;
      yield gathered;
      gathered = [];
      characters = 0;
    }
  }
  if (gathered.length > 0) yield gathered;
}

function sizeOf(stored: StoredEvent): number {
  return stored.data.length + stored.metadata.length;
}
