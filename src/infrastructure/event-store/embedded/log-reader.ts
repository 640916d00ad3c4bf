import type { Database, Statement } from 'better-sqlite3';
import { StoreUnavailable, type Position, type StoredEvent } from '../event-store.js';
import { type LedgerFile, PerConnection } from './ledger-file.js';
import { sqliteCode } from '../../sqlite-error.js';

/** A batch ends early when its texts reach so many UTF-16 units, so that large events do not fill the memory. */
const BATCH_CHARACTERS_MAX = 4 * 1024 * 1024;

const EVENT_COLUMNS = 'stream, revision, position, event_id AS eventId, type, data, metadata';

/** The last position given out, of a destroyed event too. */
export const HEAD_SQL =
  'SELECT max(coalesce((SELECT max(position) FROM events), destroyed_head), destroyed_head) FROM ledger';

/** Some events, and whether there were more of them to read. */
export interface Batch {
  readonly events: readonly StoredEvent[];
  readonly more: boolean;
}

const NOTHING: Batch = { events: [], more: false };

/** No LIMIT is bound in them: SQLite would compile a statement anew each time (20 µs). Their reader stops instead. */
interface ReadStatements {
  readonly between: Statement<[Position, Position], StoredEvent>;
  readonly ofStream: Statement<[string, number], StoredEvent>;
  readonly head: Statement<[], Position>;
  readonly dataVersion: Statement<[], number>;
}

/** The questions that are asked of the file. Each is one statement, read to its end: no transaction outlives a batch. */
export class LogReader {
  private readonly statements: PerConnection<ReadStatements>;
  private dataVersionSeen: number | undefined;

  constructor(private readonly file: LedgerFile) {
    this.statements = new PerConnection(file, prepareReads);
  }

  /** Events after one position up to another; gaps are where streams were destroyed. */
  between(after: Position, upTo: Position, limit: number): Batch {
    return this.ask(({ between }) => gather(between.iterate(after, upTo), limit));
  }

  ofStream(stream: string, fromRevision: number, limit: number): Batch {
    return this.ask(({ ofStream }) => {
      // Most streams that are asked for are new orders: that there is nothing is learnt at a third of the cost.
      if (ofStream.get(stream, fromRevision) === undefined) return NOTHING;
      return gather(ofStream.iterate(stream, fromRevision), limit);
    });
  }

  head(): Position {
    return this.ask(({ head }) => head.get() as Position);
  }

  /** Whether another connection has committed anything since the last time this was asked. */
  hasMoved(): boolean {
    const dataVersion = this.ask((statements) => statements.dataVersion.get());
    const moved = dataVersion !== this.dataVersionSeen;
    this.dataVersionSeen = dataVersion;
    return moved;
  }

  private ask<Answer>(question: (statements: ReadStatements) => Answer): Answer {
    try {
      return question(this.statements.get());
    } catch (error) {
      const code = sqliteCode(error);
      if (code === undefined) throw error;
      this.file.drop();
      throw new StoreUnavailable(`${this.file.path} cannot be read (${code}); check the disk`, error);
    }
  }
}

function prepareReads(database: Database): ReadStatements {
  return {
    between: database.prepare(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position`,
    ),
    ofStream: database.prepare(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE stream = ? AND revision >= ? ORDER BY revision`,
    ),
    head: database.prepare<[], Position>(HEAD_SQL).pluck(),
    dataVersion: database.prepare<[], number>('PRAGMA data_version').pluck(),
  };
}

function gather(rows: IterableIterator<StoredEvent>, limit: number): Batch {
  const events: StoredEvent[] = [];
  let characters = 0;
  for (const event of rows) {
    events.push(event);
    characters += event.data.length + event.metadata.length;
    if (events.length === limit || characters >= BATCH_CHARACTERS_MAX) return { events, more: true };
  }
  return { events, more: false };
}
