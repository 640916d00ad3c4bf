import Database from 'better-sqlite3';
import { tablesOf } from '../../src/infrastructure/projection-runner/tables.js';
import { NumberRanges } from '../../src/projections/shared/number-ranges.js';

const RANGE = 2 ** 24;

describe('numbers for rows that belong together', () => {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE things (number INTEGER PRIMARY KEY)');
  const ranges = new NumberRanges(tablesOf(database), 'things', 'number');
  const keep = (number: number): number => {
    database.prepare('INSERT INTO things VALUES (?)').run(number);
    return number;
  };

  afterAll(() => database.close());

  test('lie side by side, whatever is numbered in between', () => {
    const first = keep(ranges.next(undefined));
    const other = keep(ranges.next(undefined));
    expect(keep(ranges.next(first))).toBe(first + 1);
    expect(keep(ranges.next(other))).toBe(other + 1);
    expect(keep(ranges.next(first + 1))).toBe(first + 2);
    expect(other - first).toBe(RANGE);
  });

  test('never run into the next range', () => {
    const first = keep(ranges.next(undefined));
    keep(first + RANGE - 1);
    expect(() => ranges.next(first)).toThrow('are given out');
  });
});
