import { formatAmount, readAmount } from '../../domain/shared/money.js';
import type { KnownAbout } from '../shared/as-of.js';
import { boundsOf, SEQUENCE_MAX } from '../shared/as-of.js';
import type { Page } from '../shared/page.js';
import { limitOf, pageOf, readCursor, writeCursor } from '../shared/page.js';
import type { Parameter, Statement, Tables } from '../shared/tables.js';
import type { FactRow } from './fact-row.js';
import { FACT_COLUMNS, referenceOf } from './fact-row.js';
import type { StoredPlace, StoredUnits } from './order-handlers.js';
import type { PlacedKey } from './places.js';
import { keysOfPlaces, rangesOf } from './places.js';
import type { Money, OrderRow, OrderView, PeriodRequest, RefundRow } from './questions.js';

export interface StoredOrder extends FactRow {
  sequence: number;
  merchant_id: string;
  order_no: string;
  sku: string;
  pool: string;
  quantity: number;
  unit_price: string;
  currency: string;
  occurred_at: number;
  units: string;
}

interface StoredSettlement extends FactRow {
  sequence: number;
  merchant_id: string;
  refund_no: string;
  order_no: string;
  sku: string;
  unit_price: string;
  currency: string;
  reason: 'bad_key' | 'goodwill';
  remedy: 'refund' | 'replace';
  occurred_at: number;
  places: string;
}

const ORDER_SELECT = `SELECT orders.*, ${FACT_COLUMNS} FROM orders JOIN facts USING (sequence)`;
const SETTLEMENT_SELECT = `
  SELECT s.*, o.order_no, o.sku, o.unit_price, o.currency, ${FACT_COLUMNS} FROM settlements s
  JOIN orders o ON o.sequence = s.order_sequence JOIN facts ON facts.sequence = s.sequence`;

/** A list by time of occurrence, of one merchant or of all: two statements, so that each has its own index. */
function listSql(select: string, table: string): { readonly all: string; readonly ofMerchant: string } {
  const period = `
    ${table}.occurred_at < $until AND ${table}.sequence <= $sequence AND ${table}.occurred_at <= $occurredUntil
    AND (${table}.occurred_at, ${table}.sequence) > ($afterTime, $afterSequence)
    ORDER BY ${table}.occurred_at, ${table}.sequence LIMIT $limit`;
  return {
    all: `${select} WHERE ${period}`,
    ofMerchant: `${select} WHERE ${table}.merchant_id = $merchantId AND ${period}`,
  };
}

export const ORDERS_SQL = listSql(ORDER_SELECT, 'orders');
export const REFUNDS_SQL = listSql(SETTLEMENT_SELECT, 's');

interface Listed<Row> {
  readonly all: Statement<Row>;
  readonly ofMerchant: Statement<Row>;
}

function listed<Row>(tables: Tables, sql: typeof ORDERS_SQL): Listed<Row> {
  return { all: tables.prepare<Row>(sql.all), ofMerchant: tables.prepare<Row>(sql.ofMerchant) };
}

export class OrderReader {
  private readonly byNumber: Statement<StoredOrder>;
  private readonly bySequence: Statement<StoredOrder>;
  private readonly settlementsOf: Statement<StoredSettlement>;
  private readonly settlementAt: Statement<StoredSettlement>;
  private readonly orderList: Listed<StoredOrder>;
  private readonly refundList: Listed<StoredSettlement>;

  constructor(tables: Tables) {
    this.byNumber = tables.prepare(
      `${ORDER_SELECT} WHERE merchant_id = ? AND order_no = ? AND orders.sequence <= ? AND orders.occurred_at <= ?`,
    );
    this.bySequence = tables.prepare(`${ORDER_SELECT} WHERE orders.sequence = ?`);
    this.settlementsOf = tables.prepare(
      `${SETTLEMENT_SELECT} WHERE s.order_sequence = ? AND s.sequence <= ? AND s.occurred_at <= ? ORDER BY s.sequence`,
    );
    this.settlementAt = tables.prepare(`${SETTLEMENT_SELECT} WHERE s.sequence = ?`);
    this.orderList = listed(tables, ORDERS_SQL);
    this.refundList = listed(tables, REFUNDS_SQL);
  }

  find(known: KnownAbout, merchantId: string, orderNo: string): StoredOrder | undefined {
    return this.byNumber.get(merchantId, orderNo, ...boundsOf(known));
  }

  /** @throws RangeError when there is none: the read model is damaged */
  at(sequence: number): StoredOrder {
    const order = this.bySequence.get(sequence);
    if (order === undefined)
      throw new RangeError(`no order stands at ${sequence}; rebuild the traceability read model`);
    return order;
  }

  /** The refund that was settled by an event; undefined for another event. */
  refundAt(sequence: number): RefundRow | undefined {
    const settlement = this.settlementAt.get(sequence);
    return settlement === undefined ? undefined : refundRowOf(settlement);
  }

  keys(known: KnownAbout, order: StoredOrder): readonly PlacedKey[] {
    const settled = this.settlementsOf.all(order.sequence, ...boundsOf(known));
    const places = settled.flatMap((row) => JSON.parse(row.places) as StoredPlace[]);
    const units = JSON.parse(order.units) as StoredUnits[];
    return keysOfPlaces(units, places, { isWhole: known.occurredUntil === undefined });
  }

  view(known: KnownAbout, order: StoredOrder): OrderView {
    const refunds = this.settlementsOf.all(order.sequence, ...boundsOf(known)).map(refundRowOf);
    return { ...orderRowOf(order), units: rangesOf(this.keys(known, order)), refunds };
  }

  orders(known: KnownAbout, request: PeriodRequest): Page<OrderRow> {
    return pageThrough(this.orderList, known, request, orderRowOf);
  }

  refunds(known: KnownAbout, request: PeriodRequest): Page<RefundRow> {
    return pageThrough(this.refundList, known, request, refundRowOf);
  }
}

function pageThrough<Stored extends { occurred_at: number; sequence: number }, Row>(
  list: Listed<Stored>,
  known: KnownAbout,
  request: PeriodRequest,
  toRow: (stored: Stored) => Row,
): Page<Row> {
  const limit = limitOf(request);
  // Before the period's first moment, whatever its sequence, so that the cursor alone says where to begin.
  const before: [number, number] = [request.from ?? -SEQUENCE_MAX, -1];
  const [afterTime, afterSequence] = request.after === undefined ? before : readTimeCursor(request.after);
  const [sequence, occurredUntil] = boundsOf(known);
  const parameters: Record<string, number | string> = {
    until: request.until ?? SEQUENCE_MAX,
    sequence,
    occurredUntil,
    afterTime,
    afterSequence,
    limit: limit + 1,
  };
  if (request.merchantId !== undefined) parameters.merchantId = request.merchantId;
  const statement = request.merchantId === undefined ? list.all : list.ofMerchant;
  const stored = statement.all(parameters satisfies Parameter);
  const page = pageOf(stored, limit, (last) => writeCursor(last.occurred_at, last.sequence));
  return { rows: page.rows.map(toRow), next: page.next };
}

function readTimeCursor(cursor: string): [time: number, sequence: number] {
  const [time, sequence] = readCursor(cursor, 2) as [number, number];
  return [time, sequence];
}

function times(amount: string, count: number, currency: string): Money {
  return { amount: formatAmount(readAmount(amount) * BigInt(count)), currency };
}

function orderRowOf(order: StoredOrder): OrderRow {
  return {
    merchantId: order.merchant_id,
    orderNo: order.order_no,
    sku: order.sku,
    pool: order.pool,
    quantity: order.quantity,
    unitPrice: { amount: order.unit_price, currency: order.currency },
    total: times(order.unit_price, order.quantity, order.currency),
    ...referenceOf(order),
  };
}

function refundRowOf(settlement: StoredSettlement): RefundRow {
  const units = (JSON.parse(settlement.places) as StoredPlace[]).map(([place]) => place);
  return {
    merchantId: settlement.merchant_id,
    refundNo: settlement.refund_no,
    orderNo: settlement.order_no,
    sku: settlement.sku,
    units,
    reason: settlement.reason,
    remedy: settlement.remedy,
    total: times(
      settlement.unit_price,
      settlement.remedy === 'refund' ? units.length : 0,
      settlement.currency,
    ),
    ...referenceOf(settlement),
  };
}
