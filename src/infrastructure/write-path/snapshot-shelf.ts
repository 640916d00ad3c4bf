import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { sqliteCode } from '../sqlite-error.js';
import type { RememberedCommand } from './command-memory.js';

export interface KeptSnapshot {
  readonly revision: number;
  /** Of the event at that revision: a snapshot of another history is not taken. */
  readonly eventId: string;
  readonly state: unknown;
  readonly commands: readonly RememberedCommand[];
}

/** Where snapshots of long streams are kept. Disposable: deleting it costs time only. */
export interface SnapshotShelf {
  take(stream: string, version: number): KeptSnapshot | undefined;
  keep(stream: string, version: number, snapshot: KeptSnapshot): void;
  discard(stream: string): void;
  close(): void;
}

/** For short-lived processes and tests. */
export const noSnapshots: SnapshotShelf = {
  take: () => undefined,
  keep: () => undefined,
  discard: () => undefined,
  close: () => undefined,
};

interface Row {
  readonly revision: number;
  readonly event_id: string;
  readonly state: string;
  readonly commands: string;
}

/**
 * Snapshots in an SQLite file of their own. A damaged one is thrown away, and one that fails while it is used is used no
 * more: a snapshot saves time, and nothing that is durable may fail for it.
 */
export function openSnapshotShelf(file: string): SnapshotShelf {
  return new SqliteSnapshotShelf(openSound(file));
}

/** Of what is kept beside a decider's state, which has a version of its own. Another format's snapshots are let go. */
const FORMAT = 2;

const TABLE = `CREATE TABLE IF NOT EXISTS snapshot (
  stream TEXT PRIMARY KEY, version INTEGER NOT NULL, revision INTEGER NOT NULL,
  event_id TEXT NOT NULL, state TEXT NOT NULL, commands TEXT NOT NULL) WITHOUT ROWID`;

function openSound(file: string): Database.Database {
  try {
    return connect(file);
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return connect(file);
  }
}

function connect(file: string): Database.Database {
  const database = new Database(file);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    if (database.pragma('user_version', { simple: true }) !== FORMAT) {
      database.exec(`DROP TABLE IF EXISTS snapshot; PRAGMA user_version = ${FORMAT}`);
    }
    database.exec(TABLE);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteSnapshotShelf implements SnapshotShelf {
  private usable = true;

  constructor(private readonly database: Database.Database) {}

  take(stream: string, version: number): KeptSnapshot | undefined {
    return this.attempt(() => {
      const select =
        'SELECT revision, event_id, state, commands FROM snapshot WHERE stream = ? AND version = ?';
      const row = this.database.prepare<[string, number], Row>(select).get(stream, version);
      if (row === undefined) return undefined;
      const state = JSON.parse(row.state) as unknown;
      const commands = JSON.parse(row.commands) as KeptSnapshot['commands'];
      return { revision: row.revision, eventId: row.event_id, state, commands };
    });
  }

  keep(stream: string, version: number, { revision, eventId, state, commands }: KeptSnapshot): void {
    const texts = [JSON.stringify(state), JSON.stringify(commands)];
    this.attempt(() => {
      const replace = this.database.prepare('INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?)');
      replace.run(stream, version, revision, eventId, ...texts);
    });
  }

  discard(stream: string): void {
    this.attempt(() => void this.database.prepare('DELETE FROM snapshot WHERE stream = ?').run(stream));
  }

  close(): void {
    this.database.close();
  }

  private attempt<Result>(task: () => Result): Result | undefined {
    if (!this.usable) return undefined;
    try {
      return task();
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      this.usable = false;
      return undefined;
    }
  }
}
