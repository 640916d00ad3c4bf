import type { Database } from 'better-sqlite3';
import { START } from '../event-store.js';
import { UnusableLedgerFile } from './errors.js';

/** Marks a SQLite file as a ledger ("SBKL"), so that `file` and we can tell it from any other database. */
const APPLICATION_ID = 0x53_42_4b_4c;

const SCHEMA_VERSION = 1;

/*
 * The index on stream and revision is the last line of defence of the expected revision: no two events can ever stand
 * at one revision. `destroyed_head` was the head when a stream was last destroyed: positions up to it are never given
 * out again, even where the destroyed events were the last.
 */
const TABLES = `
  CREATE TABLE ledger (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    destroyed_head INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  PRAGMA application_id = ${APPLICATION_ID};
`;

/** Whether nothing was ever kept in the database. */
export function isEmpty(database: Database): boolean {
  return database.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
}

/** Makes the tables of a new ledger, all or none of them. */
export function createSchema(database: Database, ledger: string): void {
  database
    .transaction(() => {
      database.exec(TABLES);
      database
        .prepare('INSERT INTO ledger (only_row, name, schema_version, destroyed_head) VALUES (1, ?, ?, ?)')
        .run(ledger, SCHEMA_VERSION, START);
    })
    .immediate();
}

/** @throws UnusableLedgerFile when the file is something else, another ledger, or of a newer version */
export function checkSchema(database: Database, ledger: string): void {
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new UnusableLedgerFile(
      database.name,
      'is a database of something else; choose another data directory',
    );
  }
  const kept = database
    .prepare<[], { name: string; version: number }>('SELECT name, schema_version AS version FROM ledger')
    .get();
  if (kept === undefined) {
    throw new UnusableLedgerFile(database.name, 'has lost its identity; restore it from a backup');
  }
  if (kept.version > SCHEMA_VERSION) {
    throw new UnusableLedgerFile(
      database.name,
      `was written by a newer Sourcebook (schema ${kept.version}, this one knows ${SCHEMA_VERSION}); run that version`,
    );
  }
  if (kept.name !== ledger) {
    throw new UnusableLedgerFile(
      database.name,
      `holds the ledger "${kept.name}", not "${ledger}"; name that one, or choose another data directory`,
    );
  }
}
