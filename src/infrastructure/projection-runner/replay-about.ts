import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ABOUT_TABLES } from './content-digest.js';
import type { Replay, ReplayedModel } from './replayed.js';

const [ABOUT, ABOUT_CONTENT] = ABOUT_TABLES;

/** Writes into a finished file what it holds, for whoever opens it alone. */
export function writeAbout(directory: string, model: ReplayedModel, replay: Replay): void {
  const database = new Database(join(directory, model.file), { fileMustExist: true });
  try {
    database.transaction(() => {
      database.exec(`
        CREATE TABLE ${ABOUT} (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
        CREATE TABLE ${ABOUT_CONTENT} (table_name TEXT PRIMARY KEY, row_count INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
      `);
      const fact = database.prepare(`INSERT INTO ${ABOUT} VALUES (?, ?)`);
      for (const [name, value] of factsOf(model, replay)) fact.run(name, value);
      const content = database.prepare(`INSERT INTO ${ABOUT_CONTENT} VALUES (?, ?, ?)`);
      for (const { table, rows, sha256 } of model.tables) content.run(table, rows, sha256);
    })();
  } finally {
    database.close();
  }
}

function factsOf({ model, version, sha256 }: ReplayedModel, replay: Replay): [string, string | null][] {
  return [
    ['read model', model],
    ['version', String(version)],
    ['ledger', replay.ledger?.ledgerId ?? null],
    ['origin', replay.ledger?.origin ?? null],
    ['sequence', String(replay.sequence)],
    ['last event', replay.lastEventId],
    ['recorded at', replay.recordedAt],
    ['content sha256', sha256],
  ];
}

/** Writes for a reader what the folder holds. The same history up to the same event gives the same text. */
export function writeReadme(directory: string, replay: Replay): void {
  writeFileSync(join(directory, 'README.txt'), readme(replay));
}

function readme({ ledger, sequence, recordedAt, lastEventId, models }: Replay): string {
  const width = Math.max(...models.map(({ file }) => file.length));
  const files = models.map(
    ({ file, version, sha256 }) => `  ${file.padEnd(width)}  version ${version}  ${sha256}`,
  );
  return `A ledger of Sourcebook (源簿) as it was known at one moment.

  ledger        ${ledger?.ledgerId ?? 'never founded'}
  origin        ${ledger?.origin ?? '-'}
  sequence      ${sequence}
  last event    ${lastEventId ?? '-'}
  recorded at   ${recordedAt ?? '-'}

Every file is a SQLite database of one read model, made from nothing but the first ${sequence} events of the ledger.
Any tool that reads SQLite opens it:

  sqlite3 inventory.sqlite "SELECT sku, state, sum(balance) FROM accounts WHERE lot_id <> '' GROUP BY sku, state"

Files, the versions of their tables, and the SHA-256 of their content:

${files.join('\n')}

In every file the table "${ABOUT}" says the same, and "${ABOUT_CONTENT}" has the number of rows and the SHA-256 of each table.
The SHA-256 of a table is over its rows in the order of the primary key, each value in the order of the columns written
as integer:N; or text:LENGTH:TEXT (length in UTF-16 code units) or blob:LENGTH:BYTES or null; and one after the other. The
SHA-256 of the content is over a line "TABLE ROWS SHA256" for each table, by name, each line ended by a line feed. The
tables "checkpoint", "${ABOUT}" and "${ABOUT_CONTENT}" are not content. Columns named "position" are places in the log of
the engine that was read; another engine has other ones. Amounts are decimal text with six digits; times of the kind
"occurred_at" that are numbers count microseconds since 1970-01-01T00:00:00Z.

Whoever holds the ledger makes the same files again with: sourcebook replay --until ${sequence} --out DIR
`;
}
