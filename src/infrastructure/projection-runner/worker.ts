import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { StoredEvent } from '../event-store/event-store.js';
import { openEventStore } from '../event-store/open.js';
import { Follower } from './follower.js';
import type { Report, Request, StreamHead, WorkerInput } from './worker-messages.js';

/** The thread that keeps the read models up to date, so that no question and no command waits for it. */
async function work(port: MessagePort, { storeConfig, directory }: WorkerInput): Promise<void> {
  const report = (message: Report) => port.postMessage(message);
  const stop = new AbortController();
  const store = await openEventStore(storeConfig);
  try {
    const follower = new Follower({
      store,
      directory,
      onProgress: (progress) => report({ kind: 'progress', progress }),
      // An embedded ledger has one writer, who knows what was written.
      ...(storeConfig.kind === 'embedded'
        ? {}
        : { onArrival: (events) => report({ kind: 'heads', heads: headsOf(events) }) }),
    });
    port.on('message', (request: Request) => {
      if (request.kind === 'stop') stop.abort();
      else if (request.kind === 'hurry') follower.hurry();
      else void answer(follower, request).then(report);
    });
    try {
      await follower.run(stop.signal);
    } finally {
      follower.close();
    }
  } finally {
    await store.close();
    port.close();
  }
}

/** The last event of each stream. */
function headsOf(events: readonly StoredEvent[]): readonly StreamHead[] {
  const heads = new Map(events.map(({ stream, revision }) => [stream, revision]));
  return [...heads].map(([stream, revision]) => ({ stream, revision }));
}

async function answer(
  follower: Follower,
  request: Extract<Request, { kind: 'retry' | 'rebuild' }>,
): Promise<Report> {
  const { kind, requestId, model } = request;
  try {
    await (kind === 'retry' ? follower.retry(model) : follower.rebuild(model));
    return { kind: 'done', requestId, error: null };
  } catch (error) {
    return { kind: 'done', requestId, error: error instanceof Error ? error.message : String(error) };
  }
}

if (parentPort === null) throw new Error('the projection worker is started as a thread of the service');
// An error ends the thread: its parent hears of it and decides.
void work(parentPort, workerData as WorkerInput);
