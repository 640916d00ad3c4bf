/** Part of a list: at most `limit` rows after an opaque cursor. */
export interface PageRequest {
  /** The `next` of the page before; the first page unless told. */
  readonly after?: string;
  /** 1 to 1,000; 100 unless told. */
  readonly limit?: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next page goes on; null after the last. */
  readonly next: string | null;
}

/** A cursor that no page of this list ended with: HTTP 400. */
export class UnknownCursor extends Error {
  override readonly name = 'UnknownCursor';

  constructor(cursor: string) {
    super(
      `"${cursor.slice(0, 80)}" is no cursor of this list; pass the "next" of the page before, or nothing`,
    );
  }
}

const LIMIT_DEFAULT = 100;
export const PAGE_LIMIT_MAX = 1000;

/** @throws RangeError when the limit is outside 1 to 1,000 */
export function limitOf(page: PageRequest): number {
  const limit = page.limit ?? LIMIT_DEFAULT;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT_MAX) {
    throw new RangeError(`a page holds 1 to ${PAGE_LIMIT_MAX} rows, not ${limit}`);
  }
  return limit;
}

/** The numbers that a cursor holds. @throws UnknownCursor when it holds other than `count` whole numbers */
export function readCursor(cursor: string, count: number): number[] {
  const numbers = cursor.split('.').map((part) => (/^\d{1,16}$/.test(part) ? Number(part) : NaN));
  if (numbers.length !== count || !numbers.every(Number.isSafeInteger)) throw new UnknownCursor(cursor);
  return numbers;
}

export function writeCursor(...numbers: readonly number[]): string {
  return numbers.join('.');
}

/** Cuts a list that was asked for with one row more than the limit into a page. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => string): Page<Row> {
  const last = rows[limit - 1];
  if (rows.length <= limit || last === undefined) return { rows, next: null };
  return { rows: rows.slice(0, limit), next: cursorOf(last) };
}
