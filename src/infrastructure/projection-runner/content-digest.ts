import { createHash, type Hash } from 'node:crypto';
import type Database from 'better-sqlite3';

/** What a read model's table holds, as one value that says whether two are the same. */
export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  readonly sha256: string;
}

/** What a replay's file says about itself. */
export const ABOUT_TABLES = ['about', 'about_content'] as const;

/** They are about the build, not of the content. */
const NOT_CONTENT = ['checkpoint', ...ABOUT_TABLES];

/** The digests of all tables, by name; rows count in the order of their primary key, however they were written. */
export function contentDigests(database: Database.Database): readonly TableDigest[] {
  const tables = database
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .all();
  const content = tables.filter(({ name }) => !NOT_CONTENT.includes(name));
  return content.map(({ name }) => tableDigest(database, name));
}

function tableDigest(database: Database.Database, table: string): TableDigest {
  const columns = database.pragma(`table_info(${table})`) as { name: string; pk: number }[];
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  if (key.length === 0) throw new RangeError(`table ${table} has no primary key, so its rows have no order`);
  const order = key.map(({ name }) => name).join(', ');
  const rows = database
    .prepare<[], unknown[]>(`SELECT * FROM ${table} ORDER BY ${order}`)
    .raw()
    .safeIntegers();
  const hash = createHash('sha256');
  let count = 0;
  for (const row of rows.iterate()) {
    for (const value of row) addValue(hash, value);
    count += 1;
  }
  return { table, rows: count, sha256: hash.digest('hex') };
}

/** Each value with its kind and length, so that no two rows read the same. */
function addValue(hash: Hash, value: unknown): void {
  if (value === null) hash.update('null;');
  else if (typeof value === 'bigint') hash.update(`integer:${value};`);
  else if (typeof value === 'number') hash.update(`real:${value};`);
  else if (typeof value === 'string') hash.update(`text:${value.length}:${value};`);
  else if (Buffer.isBuffer(value)) hash.update(`blob:${value.length}:`).update(value);
  else throw new TypeError(`a read model cannot hold ${typeof value}`);
}
