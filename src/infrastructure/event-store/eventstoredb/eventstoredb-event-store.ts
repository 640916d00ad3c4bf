import { isInSequence, type StreamName } from '../../../domain/shared/identifiers.js';
import { checkAppend, checkStream } from '../append-rules.js';
import {
  START,
  StoreUnavailable,
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
} from '../event-store.js';
import { StreamDestroyed, type Appender } from './appender.js';
import type { AppendLane } from './append-lane.js';
import type { AsideNames } from './aside-names.js';
import type { ClientConnection } from './client-connection.js';
import type { DestroyedStreams } from './destroyed-streams.js';
import type { Gate } from './gate.js';
import type { LogReader } from './log-reader.js';
import type { Pause } from './pacing.js';
import type { StreamDestroyer } from './stream-destroyer.js';
import { Subscription, type SubscriptionHealth } from './subscription.js';

const BATCH_EVENTS = 1_000;
/** Large appends take more places: some 8 MiB may be under way, which a server answers well within the timeout. */
const BYTES_PER_PLACE = 32 * 1024;
/** Each holds one of the 100 calls that a server lets a connection have. */
const SUBSCRIPTIONS_MAX = 32;

export interface EventStoreDbParts {
  readonly prefix: string;
  readonly connection: ClientConnection;
  readonly lane: AppendLane;
  readonly appender: Appender;
  readonly appendGate: Gate;
  readonly names: AsideNames;
  readonly destroyer: StreamDestroyer;
  readonly reader: LogReader;
  readonly readGate: Gate;
  readonly destroyed: DestroyedStreams;
  readonly openTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  readonly pause: Pause;
}

export interface EventStoreDbHealth {
  readonly subscriptions: readonly SubscriptionHealth[];
}

/** The EventStoreDB engine: one cluster, several ledgers in it, several processes that write. Positions are byte offsets. */
export class EventStoreDbEventStore implements EventStore {
  private readonly subscriptions = new Set<Subscription>();
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined;

  constructor(private readonly parts: EventStoreDbParts) {}

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    checkStream(this.parts.prefix, stream);
    const sizeBytes = checkAppend(stream, expected, events);
    this.checkOpen();
    const places = 1 + Math.floor(sizeBytes / BYTES_PER_PLACE);
    return this.parts.appendGate.run(() => this.appendKept(stream, expected, events), places);
  }

  async *readStream(
    stream: StreamName,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<readonly StoredEvent[]> {
    const from = atLeast(0, 'fromRevision', options.fromRevision ?? 0);
    const limit = atLeast(0, 'limit', options.limit ?? Number.MAX_SAFE_INTEGER);
    this.checkOpen();
    yield* this.parts.reader.ofStream(stream, from, limit);
  }

  async *readAll(after: Position, options: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    const batchSize = batchSizeOf(options);
    atLeast(START, 'after', after);
    this.checkOpen();
    const upTo = await this.parts.reader.head();
    yield* this.parts.reader.between({ after, upTo, batchSize, signal: options.signal });
  }

  /** Ends when the signal aborts or the store is closed. @throws RangeError for the 33rd at the same time */
  async *subscribe(
    after: Position,
    options: ReadAllOptions & { signal: AbortSignal },
  ): AsyncGenerator<readonly StoredEvent[]> {
    const batchSize = batchSizeOf(options);
    const position = atLeast(START, 'after', after);
    if (this.subscriptions.size >= SUBSCRIPTIONS_MAX) {
      throw new RangeError(
        `at most ${SUBSCRIPTIONS_MAX} subscriptions at a time; share one among its readers`,
      );
    }
    const signal = AbortSignal.any([options.signal, this.closing.signal]);
    const subscription = new Subscription(position, { ...this.parts, batchSize, signal });
    this.subscriptions.add(subscription);
    try {
      yield* subscription.batches();
    } finally {
      this.subscriptions.delete(subscription);
    }
  }

  async head(): Promise<Position> {
    this.checkOpen();
    return this.parts.reader.head();
  }

  /** The server keeps the bytes until it is scavenged; through this port they cannot be read again. */
  async destroy(stream: StreamName): Promise<void> {
    checkStream(this.parts.prefix, stream);
    if (isInSequence(stream)) {
      throw new RangeError(
        `${stream} belongs to the ledger's sequence, which is never destroyed; only aside streams are`,
      );
    }
    this.checkOpen();
    await this.parts.destroyer.destroy(stream);
  }

  /** Whether what is followed is being followed. */
  health(): EventStoreDbHealth {
    return { subscriptions: [...this.subscriptions].map((subscription) => subscription.health()) };
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  private async appendKept(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    for (;;) {
      const kept = this.parts.names.kept(stream);
      try {
        return await this.parts.appender.append({ stream, kept, expected, events });
      } catch (error) {
        if (!(error instanceof StreamDestroyed) || isInSequence(stream)) throw error;
        this.parts.names.destroyed(kept);
      }
    }
  }

  private async closeAll(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.parts.appendGate.drained(), this.parts.readGate.drained()]);
    await this.parts.lane.close();
    await this.parts.connection.close();
  }

  private checkOpen(): void {
    if (this.closed !== undefined) throw new StoreUnavailable('the connection to EventStoreDB was closed');
  }
}

function batchSizeOf(options: ReadAllOptions): number {
  return atLeast(1, 'batchSize', options.batchSize ?? BATCH_EVENTS);
}

function atLeast(minimum: number, name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new RangeError(`${name} is a whole number of at least ${minimum}, not ${value}`);
}
