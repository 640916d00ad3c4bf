import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamName } from '../../../domain/shared/identifiers.js';
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
import { LedgerOpenedForReading } from './errors.js';
import type { HeadSignal } from './head-signal.js';
import type { LedgerFile } from './ledger-file.js';
import type { LedgerWriter } from './ledger-writer.js';
import { LogReader } from './log-reader.js';
import type { WriterLock } from './writer-lock.js';

const BATCH_EVENTS = 1_000;

/** What only the writing store has. */
export interface Writing {
  readonly lock: WriterLock;
  readonly writer: LedgerWriter;
}

/**
 * The embedded engine: one SQLite file, one writing process, any number of reading ones. Positions count from 0
 * without gaps, but for those of destroyed streams.
 */
export class EmbeddedEventStore implements EventStore {
  private readonly reader: LogReader;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly file: LedgerFile,
    private readonly moved: HeadSignal,
    private readonly writing?: Writing,
  ) {
    this.reader = new LogReader(file);
  }

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    return this.writer().append(stream, expected, events);
  }

  async destroy(stream: StreamName): Promise<void> {
    this.writer().destroy(stream);
  }

  async *readStream(
    stream: StreamName,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<readonly StoredEvent[]> {
    let next = atLeast(0, 'fromRevision', options.fromRevision ?? 0);
    let left = atLeast(0, 'limit', options.limit ?? Number.MAX_SAFE_INTEGER);
    let more = left > 0;
    while (more) {
      const batch = this.reader.ofStream(stream, next, Math.min(left, BATCH_EVENTS));
      if (batch.events.length === 0) return;
      yield batch.events;
      next = (batch.events.at(-1) as StoredEvent).revision + 1;
      left -= batch.events.length;
      more = batch.more && left > 0;
      if (more) await nextTurn();
    }
  }

  async *readAll(after: Position, options: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    const batchSize = batchSizeOf(options);
    let position = atLeast(START, 'after', after);
    const head = this.reader.head();
    while (position < head && options.signal?.aborted !== true) {
      const { events } = this.reader.between(position, head, batchSize);
      if (events.length === 0) return;
      yield events;
      position = (events.at(-1) as StoredEvent).position;
      await nextTurn();
    }
  }

  /** Ends when the signal aborts or the store is closed. */
  async *subscribe(
    after: Position,
    options: ReadAllOptions & { signal: AbortSignal },
  ): AsyncGenerator<readonly StoredEvent[]> {
    const batchSize = batchSizeOf(options);
    let position = atLeast(START, 'after', after);
    while (!options.signal.aborted && this.closing === undefined) {
      const { events } = this.reader.between(position, Number.MAX_SAFE_INTEGER, batchSize);
      if (events.length === 0) {
        await this.moved.wait(options.signal);
        continue;
      }
      yield events;
      position = (events.at(-1) as StoredEvent).position;
      await nextTurn();
    }
  }

  async head(): Promise<Position> {
    return this.reader.head();
  }

  /** Tells a reading store that the head has moved, so that it need not wait for its next look. */
  poke(): void {
    this.moved.raise();
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    this.moved.raise();
    await this.writing?.writer.end();
    this.file.close();
    this.writing?.lock.release();
  }

  private writer(): LedgerWriter {
    if (this.closing !== undefined)
      throw new StoreUnavailable(`the ledger in ${this.file.directory} was closed`);
    if (this.writing === undefined) throw new LedgerOpenedForReading(this.file.directory);
    return this.writing.writer;
  }
}

function batchSizeOf(options: ReadAllOptions): number {
  return atLeast(1, 'batchSize', options.batchSize ?? BATCH_EVENTS);
}

function atLeast(minimum: number, name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new RangeError(`${name} is a whole number of at least ${minimum}, not ${value}`);
}
