import { streamPrefix } from '../append-rules.js';
import type { StoredEvent } from '../event-store.js';
import { AppendLane } from './append-lane.js';
import { Appender } from './appender.js';
import { AsideNames } from './aside-names.js';
import { ClientConnection } from './client-connection.js';
import type { ConnectionOptions } from './connection-string.js';
import { DestroyedStreams } from './destroyed-streams.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';
import { Gate } from './gate.js';
import { LogReader } from './log-reader.js';
import { PageReader } from './page-reader.js';
import { pause as realPause, type Pause } from './pacing.js';
import { StreamDestroyer } from './stream-destroyer.js';

/** Appends share one call, so this bounds memory, not calls. */
const APPENDS_AT_A_TIME = 256;
/** With the subscriptions and the appends' call well below the 100 calls of a connection. */
const READS_AT_A_TIME = 32;

export interface OpenEventStoreDb extends ConnectionOptions {
  /** The ledger's name, with which all its streams' names begin; a cluster may hold several. */
  readonly ledger: string;
  /** How long one attempt to append may take before its outcome counts as unknown; the server itself gives up after 2 s. */
  readonly appendTimeoutMs?: number;
  /** How long a connection or the next message of a read may take. */
  readonly readTimeoutMs?: number;
  /** After so long without a word a subscription is taken up anew. */
  readonly silenceTimeoutMs?: number;
  /** How often an append or a read is tried, with growing pauses, before it fails as unavailable. */
  readonly attempts?: number;
  /** How the pauses between attempts are made; a test makes none. */
  readonly pause?: Pause;
}

/**
 * Opens the ledger on a cluster. Nothing is sent before the first call, so a cluster that is away is found out then.
 * @throws InvalidConnectionString
 */
export function openEventStoreDb(options: OpenEventStoreDb): EventStoreDbEventStore {
  const {
    appendTimeoutMs = 3_000,
    readTimeoutMs = 5_000,
    silenceTimeoutMs = 30_000,
    attempts = 8,
    pause = realPause,
  } = options;
  const connection = new ClientConnection(options);
  const prefix = streamPrefix(options.ledger);
  const readGate = new Gate(READS_AT_A_TIME);
  const pages = new PageReader({ connection, gate: readGate, attempts, timeoutMs: readTimeoutMs, pause });
  const destroyed = new DestroyedStreams(pages);
  const names = new AsideNames();
  const reader = new LogReader(pages, destroyed, names, prefix);
  const lane = new AppendLane(connection, appendTimeoutMs);
  const readKept = (kept: string, from: number, limit: number): Promise<readonly StoredEvent[]> =>
    gather(reader.ofKept(kept, from, limit));
  return new EventStoreDbEventStore({
    prefix,
    connection,
    lane,
    appender: new Appender({ lane, attempts, pause, readKept }),
    appendGate: new Gate(APPENDS_AT_A_TIME),
    names,
    destroyer: new StreamDestroyer({ connection, pages, names, gate: readGate, attempts, pause }),
    reader,
    readGate,
    destroyed,
    openTimeoutMs: readTimeoutMs,
    silenceTimeoutMs,
    pause,
  });
}

async function gather(batches: AsyncIterable<readonly StoredEvent[]>): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}
