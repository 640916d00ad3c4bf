import type { Database, Statement } from 'better-sqlite3';
import {
  NO_STREAM,
  WrongExpectedRevision,
  type Appended,
  type ExpectedRevision,
  type NewEvent,
  type Position,
} from '../event-store.js';
import { HEAD_SQL } from './log-reader.js';
import { RecentStreams } from '../../recent-streams.js';

const STREAMS_KEPT = 16_384;

const INSERT_SQL = `
  INSERT INTO events (position, stream, revision, event_id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (stream, revision) DO NOTHING`;

/** An append as it waits for its turn. */
export interface RequestedAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
  /** Of the events' texts. */
  readonly sizeBytes: number;
}

interface Standing {
  readonly eventId: string;
  readonly position: Position;
}

type InsertBinding = [Position, string, number, string, string, string, string];

/**
 * What the writer knows while one connection lasts: the next position and where streams stand. It runs ahead within
 * an open transaction, so it is thrown away together with a connection whose transaction failed.
 */
export class WriteSession {
  readonly begin: Statement<[]>;
  readonly commit: Statement<[]>;
  private readonly insertEvent: Statement<InsertBinding>;
  private readonly lastRevision: Statement<[string], number | null>;
  private readonly standingAfter: Statement<[string, number, number], Standing>;
  private readonly deleteStream: Statement<[string]>;
  private readonly keepHead: Statement<[Position]>;
  /** At which revisions streams stand. */
  private readonly heads = new RecentStreams<number>(STREAMS_KEPT);
  private next: Position;

  constructor(database: Database) {
    this.begin = database.prepare('BEGIN IMMEDIATE');
    this.commit = database.prepare('COMMIT');
    this.insertEvent = database.prepare(INSERT_SQL);
    this.lastRevision = database
      .prepare<[string], number | null>('SELECT max(revision) FROM events WHERE stream = ?')
      .pluck();
    this.standingAfter = database.prepare(
      'SELECT event_id AS eventId, position FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
    );
    this.deleteStream = database.prepare('DELETE FROM events WHERE stream = ?');
    this.keepHead = database.prepare('UPDATE ledger SET destroyed_head = ?');
    this.next = (database.prepare<[], Position>(HEAD_SQL).pluck().get() as Position) + 1;
  }

  /** Writes an append where it was expected to go; what comes of it holds once the open transaction is committed. */
  place(append: RequestedAppend): Appended | WrongExpectedRevision {
    const { stream, expected, events } = append;
    if (this.mayStandAt(stream, expected) && this.insertAll(append)) {
      const revision = expected + events.length;
      this.heads.set(stream, revision);
      return { position: this.next - 1, revision };
    }
    return this.standing(append) ?? new WrongExpectedRevision(stream, expected, this.headOf(stream));
  }

  /** The answer that an append already got: when the events after the expected revision are exactly its own. */
  standing(append: RequestedAppend): Appended | undefined {
    const found = this.standingAfter.all(append.stream, append.expected, append.events.length);
    const same = append.events.every((event, index) => found[index]?.eventId === event.eventId);
    const last = found[append.events.length - 1];
    if (!same || last === undefined) return undefined;
    return { position: last.position, revision: append.expected + append.events.length };
  }

  /** Deletes a stream's events within the open transaction; their positions are never given out again. */
  destroy(stream: string): void {
    this.deleteStream.run(stream);
    this.keepHead.run(this.next - 1);
    this.heads.forget(stream);
  }

  /** A new stream's first event need not be looked for: the index refuses it when there is one. */
  private mayStandAt(stream: string, expected: ExpectedRevision): boolean {
    const head = this.heads.get(stream);
    if (head !== undefined) return head === expected;
    return expected === NO_STREAM || this.headOf(stream) === expected;
  }

  private insertAll({ stream, expected, events }: RequestedAppend): boolean {
    let revision = expected;
    for (const event of events) {
      revision += 1;
      const { eventId, type, data, metadata } = event;
      const { changes } = this.insertEvent.run(this.next, stream, revision, eventId, type, data, metadata);
      if (changes === 1) {
        this.next += 1;
        continue;
      }
      if (revision === NO_STREAM + 1) return false;
      throw new Error(`${stream} holds an event at revision ${revision}, beyond its head`);
    }
    return true;
  }

  private headOf(stream: string): number {
    const known = this.heads.get(stream);
    if (known !== undefined) return known;
    const head = this.lastRevision.get(stream) ?? NO_STREAM;
    this.heads.set(stream, head);
    return head;
  }
}
