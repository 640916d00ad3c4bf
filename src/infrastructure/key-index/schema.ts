import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { sqliteCode } from '../sqlite-error.js';

/** Raised with every change of the tables: an index of another version is built anew. */
const VERSION = 1;
const CACHE_KIBIBYTES = 65_536;

/** Nothing of the registry is applied yet. */
export const NOTHING_APPLIED = -1;

const TABLES = `
  CREATE TABLE origin (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    version INTEGER NOT NULL,
    ledger TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event_id TEXT
  ) STRICT;
  CREATE TABLE imports (
    import_no INTEGER PRIMARY KEY,
    attempt TEXT NOT NULL,
    lot_id TEXT NOT NULL,
    po_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'completed', 'abandoned')),
    accepted INTEGER NOT NULL,
    registered INTEGER NOT NULL,
    first_revision INTEGER NOT NULL,
    last_revision INTEGER NOT NULL,
    file_sha256 TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX imports_by_lot ON imports (lot_id) WHERE state <> 'abandoned';
  CREATE UNIQUE INDEX imports_open ON imports (state) WHERE state = 'open';
  CREATE TABLE fingerprints (
    fingerprint BLOB PRIMARY KEY,
    place INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Opens the index of a ledger. A file that is of another ledger or version, or no sound database, is thrown away: all
 * of it can be read from the registry again. WAL with `synchronous=NORMAL` may forget the last transactions when the
 * machine dies but is never torn, and the checkpoint goes back with them.
 */
export function openDatabase(file: string, ledger: string): Database.Database {
  const kept = existsSync(file) ? openKept(file, ledger) : null;
  if (kept !== null) return kept;
  removeDatabase(file);
  const database = connect(file);
  database.exec(TABLES);
  database
    .prepare('INSERT INTO origin (only, version, ledger, revision) VALUES (1, ?, ?, ?)')
    .run(VERSION, ledger, NOTHING_APPLIED);
  return database;
}

export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

function openKept(file: string, ledger: string): Database.Database | null {
  let database: Database.Database | undefined;
  try {
    database = connect(file);
    const kept = database.prepare('SELECT version, ledger FROM origin').get() as
      { version: number; ledger: string } | undefined;
    if (kept?.version === VERSION && kept.ledger === ledger) return database;
  } catch (error) {
    database?.close();
    if (/^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(sqliteCode(error) ?? '')) return null;
    throw error;
  }
  database.close();
  return null;
}

function connect(file: string): Database.Database {
  const database = new Database(file);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
