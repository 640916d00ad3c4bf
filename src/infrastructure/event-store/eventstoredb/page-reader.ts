import { Metadata } from '@grpc/grpc-js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { StoreUnavailable, type Position, type StoredEvent } from '../event-store.js';
import type { ClientConnection } from './client-connection.js';
import type { Gate } from './gate.js';
import { Inflow, Silence } from './inflow.js';
import { backoffMs, type Pause } from './pacing.js';
import { readStreamRequest } from './read-messages.js';

const BACKOFF_FIRST_MS = 50;
const BACKOFF_MOST_MS = 2_000;

export interface PageReaderOptions {
  readonly connection: ClientConnection;
  /** A server lets a connection have 100 calls at a time and leaves the next ones without any answer. */
  readonly gate: Gate;
  readonly attempts: number;
  readonly timeoutMs: number;
  readonly pause: Pause;
}

export interface PageRequest {
  readonly request: ReadReq;
  /** As the request says: the most records that may come. */
  readonly count: number;
  readonly signal?: AbortSignal | undefined;
  /** A server that goes away ends a call with OK in the middle: what cannot be whole is asked for again. */
  readonly whole?: (page: Page) => boolean;
}

export interface Page {
  readonly events: readonly StoredEvent[];
  /** The position of the last record, handed out or not; undefined when there was none. */
  readonly reached: Position | undefined;
  /** False when the page ended because it was full, so that there may be more. */
  readonly complete: boolean;
  /** The server said that there is no such stream. */
  readonly missing: boolean;
  /** The stream was ended for ever. */
  readonly destroyed: boolean;
}

/** What the server says of a stream that was ended for ever. */
const STREAM_DELETED = 'stream-deleted';

const NOTHING: Page = { events: [], reached: undefined, complete: true, missing: false, destroyed: false };

/**
 * Reads a page with one call that is over before the page is handed out: a reader that is slow, or goes away in the
 * middle, leaves no call open at the server.
 */
export class PageReader {
  constructor(private readonly options: PageReaderOptions) {}

  /** @throws StoreUnavailable when the server did not answer within bounds */
  async read(wanted: PageRequest): Promise<Page> {
    const { attempts, gate, pause } = this.options;
    let cause: unknown;
    for (let attempt = 1; attempt <= attempts && wanted.signal?.aborted !== true; attempt++) {
      try {
        return await gate.run(() => this.attempt(wanted));
      } catch (error) {
        if (exceptionOf(error) === STREAM_DELETED) return { ...NOTHING, destroyed: true };
        cause = error;
      }
      if (attempt < attempts)
        await pause(backoffMs(attempt, BACKOFF_FIRST_MS, BACKOFF_MOST_MS), wanted.signal);
    }
    if (wanted.signal?.aborted === true) return NOTHING;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailable(`EventStoreDB could not be read (${reason}); try again`, cause);
  }

  /** A stream's first event, or the server's word that it has none. @throws StoreUnavailable */
  firstOf(stream: string): Promise<Page> {
    const whole = (page: Page): boolean => page.events.length > 0 || page.missing || page.destroyed;
    return this.read({ request: readStreamRequest(stream, 0, 1), count: 1, whole });
  }

  private async attempt({ request, count, signal, whole = () => true }: PageRequest): Promise<Page> {
    const { connection, timeoutMs } = this.options;
    const inflow = await openInflow(connection, { request, batchSize: count, timeoutMs });
    try {
      await inflow.until(() => inflow.full, timeoutMs, signal);
      if (inflow.ending?.kind === 'failed') throw inflow.ending.cause;
      const { reached, records, ending } = inflow;
      const complete = ending !== undefined && records < count;
      const missing = ending?.kind === 'missing';
      const page: Page = { events: inflow.take(), reached, complete, missing, destroyed: false };
      if (!whole(page) && signal?.aborted !== true) throw new Error('the server ended the call too early');
      return page;
    } finally {
      inflow.close();
    }
  }
}

/** Opens a Read call. @throws Silence when there is no connection in time; a call that opens later is cancelled */
export async function openInflow(
  connection: ClientConnection,
  { request, batchSize, timeoutMs }: { request: ReadReq; batchSize: number; timeoutMs: number },
): Promise<Inflow> {
  let timer: NodeJS.Timeout | undefined;
  const opening = connection.openRead(request, (call) => new Inflow(call, batchSize));
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      opening.then((inflow) => inflow.close()).catch(() => undefined);
      reject(new Silence(`no connection within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The server's name for what went wrong, where it gives one. */
function exceptionOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('metadata' in error) || !(error.metadata instanceof Metadata))
    return undefined;
  return error.metadata.get('exception').at(0)?.toString();
}
