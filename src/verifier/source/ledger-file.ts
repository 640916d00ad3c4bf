import type { Statement } from 'better-sqlite3';
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { Misfit, UnusableSource } from '../findings.js';
import type { LedgerSource, SourceEvent } from './ledger-source.js';
import { codeOf, openReadOnly, type OpenDatabase } from './sqlite.js';
import { encodedPart, isInSequence } from './stream-names.js';

const FILE_NAME = 'ledger.sqlite';
/** "SBKL": what marks a SQLite file as a ledger. */
const APPLICATION_ID = 0x53_42_4b_4c;
const SCHEMA_VERSION = 1;
/** A transaction lasts as long as a batch, so that a running service's write-ahead log does not grow. */
const BATCH_EVENTS = 1_000;
/** What an invalid byte is read as; where it stands, the bytes themselves are looked at. */
const REPLACEMENT = '\uFFFD';

type Row = readonly unknown[];

const COLUMNS = ['position', 'stream', 'revision', 'event_id', 'type', 'data', 'metadata'] as const;
const TEXT_COLUMNS = ['stream', 'event_id', 'type', 'data', 'metadata'] as const;

/**
 * The embedded engine's file, `ledger.sqlite` in a data directory: every event up to the one that was the last when it was
 * opened, of aside streams too.
 */
export class LedgerFileSource implements LedgerSource {
  readonly name: string;
  readonly expected: number;
  readonly ledger: string;
  private readonly file: OpenDatabase;
  private readonly page: Statement<[number, number, number], Row>;
  private readonly bytes: Statement<[number], Readonly<Record<string, Buffer>>>;
  private readonly head: number;

  /** @throws UnusableSource */
  constructor(directory: string) {
    this.name = join(directory, FILE_NAME);
    this.file = openReadOnly(this.name);
    try {
      this.ledger = encodedPart(this.ledgerName());
      const { database } = this.file;
      const ends = database.prepare('SELECT max(position) AS head, count(*) AS events FROM events').get();
      const { head, events } = ends as { head: number | null; events: number };
      this.head = head ?? -1;
      this.expected = events;
      this.page = database
        .prepare<[number, number, number], Row>(
          `SELECT ${COLUMNS.join(', ')} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`,
        )
        .raw();
      this.bytes = database.prepare(
        `SELECT ${TEXT_COLUMNS.map((name) => `CAST(${name} AS BLOB) AS ${name}`).join(', ')} FROM events WHERE position = ?`,
      );
    } catch (error) {
      this.file.close();
      throw codeOf(error) === undefined
        ? error
        : new UnusableSource(`${this.name} cannot be read (${codeOf(error)}); is it a ledger?`);
    }
  }

  *batches(): Iterable<readonly SourceEvent[]> {
    for (let after = -Number.MAX_SAFE_INTEGER, sequence = 0; ;) {
      const rows = this.read(after);
      const batch: SourceEvent[] = [];
      const misfit = this.gather(rows, batch, { after, sequence });
      yield batch;
      // Only now: what was read before a record that is none comes first.
      if (misfit !== undefined) throw misfit;
      if (rows.length < BATCH_EVENTS) return;
      after = batch.at(-1)?.position as number;
      sequence += batch.filter((event) => event.sequence !== null).length;
    }
  }

  close(): void {
    this.file.close();
  }

  private gather(
    rows: readonly Row[],
    batch: SourceEvent[],
    from: { readonly after: number; readonly sequence: number },
  ): Misfit | undefined {
    let { after, sequence } = from;
    try {
      for (const row of rows) {
        const event = this.eventOf(row, sequence + 1, after);
        if (event.sequence !== null) sequence += 1;
        after = event.position as number;
        batch.push(event);
      }
      return undefined;
    } catch (error) {
      if (error instanceof Misfit) return error;
      throw error;
    }
  }

  private read(after: number): readonly Row[] {
    try {
      return this.page.all(after, this.head, BATCH_EVENTS);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      throw new Misfit('unreadable', `the file cannot be read after position ${after} (${codeOf(error)})`);
    }
  }

  private eventOf(row: Row, next: number, after: number): SourceEvent {
    const [position, stream, revision, eventId, type, data, metadata] = row;
    if (!isText(stream) || !isText(eventId) || !isText(type)) throw notAnEvent(after);
    if (!isText(data) || !isText(metadata)) throw notAnEvent(after);
    if (!isWhole(position) || !isWhole(revision)) throw notAnEvent(after);
    const texts = [data, metadata, stream, eventId, type];
    if (texts.some((text) => text.includes(REPLACEMENT))) this.requireUtf8(position);
    const sequence = isInSequence(stream) ? next : null;
    return { sequence, position, stream, revision, eventId, type, data, metadata };
  }

  /** Invalid bytes read as U+FFFD would let two records look the same. */
  private requireUtf8(position: number): void {
    for (const [column, bytes] of Object.entries(this.bytes.get(position) ?? {})) {
      if (!isUtf8(bytes))
        throw new Misfit('bad_record', `the ${column} of the record at position ${position} is no UTF-8`);
    }
  }

  private ledgerName(): string {
    const { database } = this.file;
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID)
      throw new UnusableSource(
        `${this.name} is a database of something else; name the ledger's data directory`,
      );
    const kept = database.prepare('SELECT name, schema_version AS version FROM ledger').get();
    const { name, version } = (kept ?? {}) as { readonly name?: unknown; readonly version?: unknown };
    if (typeof name === 'string' && version === SCHEMA_VERSION) return name;
    throw new UnusableSource(
      `${this.name} is of schema ${String(version)}; this verifier reads ${SCHEMA_VERSION}`,
    );
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function notAnEvent(after: number): Misfit {
  return new Misfit('bad_record', `the record after position ${after} is not made as an event's is`);
}
