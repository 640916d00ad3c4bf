import { attemptOf, reservationIdOf } from '../../src/domain/shared/attempt.js';
import type { SourcedRange } from '../../src/domain/shared/units.js';
import { authorisationName, supplierName, UNIT_PRICE } from './ledger-shape.js';
import { UNIT_COST } from './lot-story.js';
import { eventOf, type ToldEvent } from './told-event.js';

const PRICE = { amount: UNIT_PRICE, currency: 'CNY' };

/** An order that was fulfilled from one lot. */
export interface ToldOrder {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly sku: string;
  /** By number. */
  readonly supplier: number;
  readonly lotId: string;
  readonly firstSerial: number;
  readonly quantity: number;
  /** How often the SKU's stock had changed before. */
  readonly stockVersion: number;
  readonly at: string;
}

/** An order's three events, in the two streams that they are recorded in. */
export function* orderStory(order: ToldOrder): Generator<ToldEvent> {
  const { merchantId, orderNo, sku, quantity } = order;
  const reservationId = reservationIdOf(attemptOf([merchantId, orderNo, sku], 0), order.stockVersion);
  const units = [rangeOf(order, quantity)];
  const tell = tellerOf(order, orderNo);
  const reserved = {
    sku,
    reservationId,
    demand: { kind: 'order' as const, merchantId, orderNo },
    asked: JSON.stringify([sku, quantity, UNIT_PRICE, 'main']),
    pool: 'main',
    quantity,
    units,
    saw: [],
  };
  const body = { merchantId, orderNo, sku, pool: 'main', quantity };
  const fulfilled = { ...body, unitPrice: PRICE, reservationId, units, saw: [] };
  yield tell(['stock', sku], eventOf('UnitsReserved', reserved));
  yield tell(['order', merchantId, orderNo], eventOf('OrderFulfilled', fulfilled));
  yield tell(['stock', sku], eventOf('ReservationConfirmed', { sku, reservationId }));
}

/** The order's first place is paid back. */
export function* refundStory(order: ToldOrder): Generator<ToldEvent> {
  const { merchantId, orderNo, sku } = order;
  const refundNo = `R-${orderNo}`;
  const tell = tellerOf(order, refundNo);
  const body = {
    merchantId,
    refundNo,
    orderNo,
    units: [1],
    reason: 'bad_key' as const,
    remedy: 'refund' as const,
    attempt: 1,
  };
  const places = [{ place: 1, voided: rangeOf(order, 1), replacement: null }];
  const settled = {
    merchantId,
    orderNo,
    refundNo,
    sku,
    pool: 'main',
    unitPrice: PRICE,
    reason: body.reason,
    remedy: body.remedy,
    reservationId: null,
    places,
    saw: [],
  };
  yield tell(
    ['refund', merchantId, refundNo],
    eventOf('RefundOpened', { ...body, commandId: `bench/${refundNo}` }),
  );
  yield tell(['order', merchantId, orderNo], eventOf('UnitsSettled', settled));
  yield tell(['refund', merchantId, refundNo], eventOf('RefundCompleted', body));
}

function tellerOf({ at }: ToldOrder, commandId: string) {
  return (stream: ToldEvent['stream'], event: ToldEvent['event']): ToldEvent => ({
    stream,
    event,
    commandId: `bench/${commandId}`,
    at,
  });
}

function rangeOf({ lotId, firstSerial, supplier }: ToldOrder, count: number): SourcedRange {
  return {
    lotId,
    firstSerial,
    count,
    supplierId: supplierName(supplier),
    authorisationId: authorisationName(supplier),
    unitCost: UNIT_COST,
  };
}
