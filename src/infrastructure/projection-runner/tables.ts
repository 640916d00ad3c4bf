import type Database from 'better-sqlite3';
import type { Statement, Tables } from '../../projections/shared/tables.js';

/** SQLite as projections see it. */
export function tablesOf(database: Database.Database): Tables {
  return { prepare: <Row>(sql: string) => database.prepare(sql) as unknown as Statement<Row> };
}
