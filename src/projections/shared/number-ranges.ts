import type { Statement, Tables } from './tables.js';

/** So many numbers has a range; beyond 2^47 SQLite would need two bytes more for each. */
const RANGE = 2 ** 24;

/**
 * Numbers for rows that belong together: those of one SKU get a range of their own, so that what is kept by number lies
 * side by side. An event changes several of them, and as many places all over a file would cost as many times one.
 */
export class NumberRanges {
  private readonly lastWithin: Statement<{ last: number | null }>;
  private readonly lastOfAll: Statement<{ last: number | null }>;

  /** @param column the table's primary key */
  constructor(tables: Tables, table: string, column: string) {
    const last = `SELECT max(${column}) AS last FROM ${table}`;
    this.lastWithin = tables.prepare(`${last} WHERE ${column} >= ? AND ${column} < ?`);
    this.lastOfAll = tables.prepare(last);
  }

  /**
   * @param neighbour any number of the range; undefined begins a new one
   * @throws RangeError when the range is full
   */
  next(neighbour: number | undefined): number {
    if (neighbour === undefined) return beginOf(this.lastOfAll.get()?.last ?? 0) + RANGE;
    const begin = beginOf(neighbour);
    const next = (this.lastWithin.get(begin, begin + RANGE)?.last ?? neighbour) + 1;
    if (next < begin + RANGE) return next;
    throw new RangeError(`all ${RANGE} numbers from ${begin} are given out`);
  }
}

function beginOf(number: number): number {
  return number - (number % RANGE);
}
