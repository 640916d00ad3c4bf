import type { StreamName } from '../../domain/shared/identifiers.js';

/**
 * A place in an engine's log. Larger is later; nothing else may be read into it: engines differ, so no event, feed,
 * proof or export holds one. Below 2^53 on both engines (EventStoreDB's is a byte offset).
 */
export type Position = number;

/** Before the first event. */
export const START: Position = -1;

/** The revision that a stream must have for an append to be accepted; -1: the stream must hold nothing. */
export type ExpectedRevision = number;

export const NO_STREAM: ExpectedRevision = -1;

/** An event on its way into the log, already serialised: what is stored is what was hashed and sized. */
export interface NewEvent {
  /** A UUID, chosen by the caller; the same on every retry. */
  readonly eventId: string;
  readonly type: string;
  /** JSON text of the payload. */
  readonly data: string;
  /** JSON text of everything else: schema version, times, actor, command, correlation, causation. */
  readonly metadata: string;
}

export interface StoredEvent extends NewEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
}

export interface Appended {
  /** Of the last event. */
  readonly position: Position;
  /** Of the last event. */
  readonly revision: number;
}

export interface ReadStreamOptions {
  /** Inclusive; 0 unless told. */
  readonly fromRevision?: number;
  /** At most so many events; all unless told. */
  readonly limit?: number;
}

export interface ReadAllOptions {
  /** At most so many events a batch; 1,000 unless told. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/** The most that one append may carry, in bytes: data and metadata in UTF-8, types at two bytes a character. */
export const APPEND_BYTES_MAX = 960 * 1024;

/** The most events that one append may carry. */
export const APPEND_EVENTS_MAX = 2048;

/**
 * One ledger's log. Both engines keep the same promises, held by one contract suite:
 * an append is atomic for one stream and durable when it resolves; the same list of events at the same expected
 * revision again is answered as the first time; reads see every acknowledged append, in one global order.
 */
export interface EventStore {
  /**
   * @throws WrongExpectedRevision when the stream stands elsewhere (and does not hold just these events there)
   * @throws AppendTooLarge before anything is sent
   * @throws StoreUnavailable when the outcome could not be learnt within bounds: retry with the same events and revision
   */
  append(stream: StreamName, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended>;

  /** The stream's events from a revision on, in batches; nothing for a stream that is not there. */
  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<readonly StoredEvent[]>;

  /** The ledger's events after a position up to the present, aside streams included, in batches; then it ends. */
  readAll(after: Position, options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>;

  /**
   * As `readAll`, but goes on with what is appended later, until the signal aborts or the store is closed; both end it
   * without an error. No gap, no double.
   */
  subscribe(
    after: Position,
    options: ReadAllOptions & { signal: AbortSignal },
  ): AsyncIterable<readonly StoredEvent[]>;

  /** The position of the ledger's last event; START for an empty ledger. */
  head(): Promise<Position>;

  /**
   * Removes an aside stream for good: no read sees it any more, its positions are never used again, and an append of its
   * name begins a new stream at revision 0. On EventStoreDB the bytes go with the next scavenge.
   * @throws RangeError for a stream of the ledger's sequence
   */
  destroy(stream: StreamName): Promise<void>;

  /** Waits for what is under way, then lets go of everything. */
  close(): Promise<void>;
}

export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** Where the stream stands; undefined when the engine did not say. */
    readonly actual: number | undefined,
  ) {
    super(`${stream} stands at revision ${actual ?? 'unknown'}, not ${expected}`);
  }
}

export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';

  constructor(
    readonly stream: string,
    readonly bytes: number,
    readonly events: number,
  ) {
    super(
      `an append of ${events} events and ${bytes} bytes to ${stream} exceeds the limit of ` +
        `${APPEND_EVENTS_MAX} events and ${APPEND_BYTES_MAX} bytes`,
    );
  }
}

/** Nothing is known of the outcome, or the engine does not answer: HTTP 503 with Retry-After. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(
    message: string,
    override readonly cause?: unknown,
  ) {
    super(message);
  }
}

/** Another process holds the ledger for writing. */
export class LedgerHeld extends Error {
  override readonly name = 'LedgerHeld';

  constructor(readonly directory: string) {
    super(`another process writes to the ledger in ${directory}; stop it first, or let it do the work`);
  }
}
