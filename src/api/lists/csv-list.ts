import { Readable } from 'node:stream';
import type { MoneyText } from '../../domain/shared/money.js';
import { PAGE_LIMIT_MAX, type Page, type PageRequest } from '../../projections/shared/page.js';
import type { EventReference } from '../../projections/traceability/questions.js';
import type { OrderRow, RefundRow } from '../../projections/traceability/questions.js';
import { HttpAnswer } from '../http/answer.js';
import { answeredHeaders } from '../queries/answered.js';
import type { Asked } from '../queries/asked.js';
import type { Judged } from '../queries/read-model-desk.js';
import { csvLine } from './csv.js';
import { Totals } from './totals.js';

/** A list's columns. The last two are the amount and its currency: what the totals stand under. */
export interface CsvColumns<Row> {
  readonly names: readonly string[];
  readonly cells: (row: Row) => readonly (string | number)[];
}

export const ORDER_COLUMNS: CsvColumns<OrderRow> = {
  names: [
    'occurredAt',
    'merchantId',
    'orderNo',
    'sku',
    'pool',
    'quantity',
    'unitPrice',
    'eventId',
    'sequence',
    'total',
    'currency',
  ],
  cells: ({ occurredAt, merchantId, orderNo, sku, pool, quantity, unitPrice, eventId, sequence, total }) => [
    occurredAt,
    merchantId,
    orderNo,
    sku,
    pool,
    quantity,
    unitPrice.amount,
    eventId,
    sequence,
    total.amount,
    total.currency,
  ],
};

export const REFUND_COLUMNS: CsvColumns<RefundRow> = {
  names: [
    'occurredAt',
    'merchantId',
    'refundNo',
    'orderNo',
    'sku',
    'units',
    'reason',
    'remedy',
    'eventId',
    'sequence',
    'total',
    'currency',
  ],
  cells: ({
    occurredAt,
    merchantId,
    refundNo,
    orderNo,
    sku,
    units,
    reason,
    remedy,
    eventId,
    sequence,
    total,
  }) => [
    occurredAt,
    merchantId,
    refundNo,
    orderNo,
    sku,
    units.join(' '),
    reason,
    remedy,
    eventId,
    sequence,
    total.amount,
    total.currency,
  ],
};

interface ListRow extends EventReference {
  readonly total: MoneyText;
}

export type AskPage<Row, Request> = (asked: Asked, request: Request) => Promise<Judged<Page<Row>>>;

export const CSV_MEDIA_TYPE = 'text/csv; charset=utf-8; header=present';

/**
 * All of a period as CSV, read page by page as the caller takes it, all of one sequence, with a line of totals for each
 * currency at its end. A file without that line was cut off.
 */
export async function csvList<Row extends ListRow, Request extends PageRequest>(
  ask: AskPage<Row, Request>,
  { asked, request }: { readonly asked: Asked; readonly request: Request },
  columns: CsvColumns<Row>,
): Promise<HttpAnswer> {
  const first = await ask(asked, { ...request, limit: PAGE_LIMIT_MAX });
  const later: Asked = {
    ...asked,
    minPosition: undefined,
    asOf: { kind: 'sequence', sequence: first.sequence },
  };
  const nextPage = (after: string): Promise<Judged<Page<Row>>> =>
    ask(later, { ...request, limit: PAGE_LIMIT_MAX, after });
  return new HttpAnswer(Readable.from(csvText(first.value, nextPage, columns)), {
    headers: { ...answeredHeaders(first), 'content-type': CSV_MEDIA_TYPE },
  });
}

async function* csvText<Row extends ListRow>(
  first: Page<Row>,
  nextPage: (after: string) => Promise<Judged<Page<Row>>>,
  { names, cells }: CsvColumns<Row>,
): AsyncGenerator<string> {
  const totals = new Totals();
  yield csvLine(names);
  let page = first;
  for (;;) {
    for (const row of page.rows) totals.add(row.total);
    yield page.rows.map((row) => csvLine(cells(row))).join('');
    if (page.next === null) break;
    page = (await nextPage(page.next)).value;
  }
  const blank = names.slice(0, -4).map(() => '');
  for (const { rows, amount, currency } of totals.list())
    yield csvLine([...blank, 'total', rows, amount, currency]);
}
