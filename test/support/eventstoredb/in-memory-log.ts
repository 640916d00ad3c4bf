/** A record as the double keeps it: what was sent, with where it stands. */
export interface LogRecord {
  readonly eventId: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

export type ProposedRecord = Omit<LogRecord, 'stream' | 'revision' | 'position'>;

export type AppendResult =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrongExpectedVersion'; readonly current: number }
  | { readonly kind: 'streamDeleted' }
  | { readonly kind: 'tooLarge'; readonly limitBytes: number };

const APPEND_BYTES_MAX = 1_048_576;
const RECORD_OVERHEAD_BYTES = 64;
/** Every so many records the server writes one of its own. */
const SYSTEM_RECORD_EVERY = 7;

/**
 * A log with the server's semantics, as far as they were seen on a running one: one order, byte offsets for positions,
 * the server's own records in between, no check for duplicates at the current revision, idempotency below it.
 * Several nodes of one cluster share one.
 */
export class InMemoryLog {
  readonly records: LogRecord[] = [];
  private readonly streams = new Map<string, LogRecord[]>();
  private readonly truncatedBefore = new Map<string, number>();
  private readonly tombstoned = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private nextPosition = 0;
  appendBytesMax = APPEND_BYTES_MAX;

  constructor() {
    this.writeSystemRecord();
  }

  append(stream: string, expected: number, events: readonly ProposedRecord[]): AppendResult {
    const size = events.reduce((sum, event) => sum + sizeOnDisk(event), 0);
    if (size > this.appendBytesMax) return { kind: 'tooLarge', limitBytes: this.appendBytesMax };
    if (this.tombstoned.has(stream)) return { kind: 'streamDeleted' };
    const current = this.ofStream(stream).length - 1;
    const takenForNew = expected === -1 && this.truncatedBefore.get(stream) === current + 1;
    if (expected !== current && !takenForNew) return this.repeated(stream, expected, events);
    return this.written(stream, events);
  }

  /** Ends the stream for ever; its events stay in the log, as they do until a scavenge. */
  tombstone(stream: string): boolean {
    if (this.tombstoned.has(stream)) return false;
    this.write(stream, systemEvent('$streamDeleted'));
    this.streams.delete(stream);
    this.tombstoned.add(stream);
    this.listeners.forEach((listener) => listener());
    return true;
  }

  /** What an operator may do: the stream seems empty, and its revisions go on where they were. */
  softDelete(stream: string): void {
    this.truncatedBefore.set(stream, this.ofStream(stream).length);
  }

  isTombstoned(stream: string): boolean {
    return this.tombstoned.has(stream);
  }

  ofStream(stream: string): readonly LogRecord[] {
    return this.streams.get(stream) ?? [];
  }

  /** Where the record at a position stands among all; undefined between records. */
  indexOf(position: number): number | undefined {
    const index = this.firstFrom(position);
    return this.records[index]?.position === position ? index : undefined;
  }

  /** Where the first record at or after a position stands among all. */
  firstFrom(position: number): number {
    let [low, high] = [0, this.records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle] as LogRecord).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Resolves with the next change, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.listeners.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  private repeated(stream: string, expected: number, events: readonly ProposedRecord[]): AppendResult {
    const existing = this.ofStream(stream);
    const there = existing.slice(expected + 1, expected + 1 + events.length);
    const same =
      there.length === events.length &&
      there.every(({ eventId }, index) => eventId === events[index]?.eventId);
    const last = there.at(-1);
    if (!same || last === undefined) return { kind: 'wrongExpectedVersion', current: existing.length - 1 };
    return { kind: 'appended', revision: last.revision, position: last.position };
  }

  private written(stream: string, events: readonly ProposedRecord[]): AppendResult {
    const records = events.map((event) => this.write(stream, event));
    if (this.records.length % SYSTEM_RECORD_EVERY === 0) this.writeSystemRecord();
    this.listeners.forEach((listener) => listener());
    const last = records.at(-1);
    // As the server does for an append of no events: a position that belongs to none of the stream's.
    return {
      kind: 'appended',
      revision: last?.revision ?? -1,
      position: last?.position ?? this.nextPosition,
    };
  }

  private write(stream: string, event: ProposedRecord): LogRecord {
    const records = this.streams.get(stream) ?? [];
    const record = { ...event, stream, revision: records.length, position: this.nextPosition };
    records.push(record);
    this.streams.set(stream, records);
    this.records.push(record);
    this.nextPosition += RECORD_OVERHEAD_BYTES + sizeOnDisk(event);
    return record;
  }

  private writeSystemRecord(): void {
    this.write('$stats', systemEvent('$statsCollected'));
  }
}

function sizeOnDisk({ data, metadata, type }: ProposedRecord): number {
  return data.length + metadata.length + type.length * 2;
}

function systemEvent(type: string): ProposedRecord {
  const eventId = '00000000-0000-4000-8000-000000000000';
  return {
    eventId,
    type,
    contentType: 'application/json',
    data: Buffer.from('{}'),
    metadata: new Uint8Array(),
  };
}
