import { parseAmount } from '../../../src/domain/shared/money.js';
import { unitCount, type SourcedRange } from '../../../src/domain/shared/units.js';
import type { Demand } from '../../../src/domain/stock/events.js';
import { ToyStock } from './stock.js';
import { money, ranges, ToyRefusal, type ToyLot, type ToyOrder, type ToyUnit } from './units.js';

/** The rules of samples/README.md once more, unit by unit, telling the events that Sourcebook would record. */
export class ToyLedger extends ToyStock {
  readonly orders = new Map<string, ToyOrder>();
  private readonly refunds = new Map<string, string>();

  /** True when it was answered as a replay. */
  issue(
    at: string,
    merchantId: string,
    orderNo: string,
    wish: { sku: string; quantity: number; unitPrice: string; pool?: string | undefined },
  ): boolean {
    const { sku, quantity, pool = 'main' } = wish;
    const price = parseAmount(wish.unitPrice);
    const body = JSON.stringify([sku, quantity, price?.toString() ?? null, pool]);
    if (isReplay(this.orders.get(`${merchantId}|${orderNo}`)?.body, body, 'order_conflict')) return true;
    if (!this.merchants.has(merchantId)) throw new ToyRefusal('unknown_merchant');
    if (!this.skus.includes(sku)) throw new ToyRefusal('unknown_sku');
    if (price === undefined || !isSellable(quantity, price)) throw new ToyRefusal('invalid');
    const units = this.take(sku, pool, quantity, at);
    const order = {
      body,
      sku,
      pool,
      unitPrice: price,
      places: units.map((unit) => ({ keys: [unit], settled: false })),
    };
    this.orders.set(`${merchantId}|${orderNo}`, order);
    const sourced = this.leave(units, at);
    const demand = { kind: 'order', merchantId, orderNo } as const;
    const reservationId = `${merchantId}/${orderNo}/0`;
    this.reserve(at, { sku, pool, reservationId, units: sourced, demand });
    this.told.tell(
      ['order', merchantId, orderNo],
      'OrderFulfilled',
      {
        merchantId,
        orderNo,
        sku,
        pool,
        quantity,
        unitPrice: money(price),
        reservationId,
        units: sourced,
        saw: [],
      },
      { occurredAt: at },
    );
    this.told.tell(['stock', sku], 'ReservationConfirmed', { sku, reservationId }, { occurredAt: at });
    return false;
  }

  protected leave(units: readonly ToyUnit[], at: string): SourcedRange[] {
    for (const unit of units) unit.state = 'issued';
    return ranges(units).map((range) => ({ ...range, ...this.sourceOf(range.lotId, at) }));
  }

  protected sourceOf(
    lotId: string,
    at: string,
  ): Pick<SourcedRange, 'supplierId' | 'authorisationId' | 'unitCost'> {
    const lot = this.lots.find((each) => each.lotId === lotId) as ToyLot;
    const authorisationId = this.authorisation(lot.supplierId, lot.sku, at) ?? '';
    return { supplierId: lot.supplierId, authorisationId, unitCost: money(lot.unitCost) };
  }

  protected reserve(
    at: string,
    reservation: {
      sku: string;
      pool: string;
      reservationId: string;
      units: SourcedRange[];
      demand: Demand;
    },
  ): void {
    const payload = { ...reservation, asked: '', quantity: unitCount(reservation.units), saw: [] };
    this.told.tell(['stock', reservation.sku], 'UnitsReserved', payload, { occurredAt: at });
  }

  refund(
    at: string,
    merchantId: string,
    refundNo: string,
    wish: { orderNo: string; units: readonly number[]; reason: string; remedy: string },
  ): boolean {
    const { orderNo, reason, remedy } = wish;
    const body = JSON.stringify([orderNo, [...new Set(wish.units)].sort((a, b) => a - b), reason, remedy]);
    if (isReplay(this.refunds.get(`${merchantId}|${refundNo}`), body, 'refund_conflict')) return true;
    const order = this.orders.get(`${merchantId}|${orderNo}`);
    if (order === undefined) throw new ToyRefusal('unknown_order');
    if (!isRefund(wish)) throw new ToyRefusal('invalid');
    const places = wish.units.map((unit) => order.places[unit - 1]);
    if (places.some((place) => place === undefined)) throw new ToyRefusal('unit_out_of_range');
    if (places.some((place) => place?.settled)) throw new ToyRefusal('already_settled');
    const fresh = remedy === 'replace' ? this.take(order.sku, order.pool, places.length, at) : [];
    this.refunds.set(`${merchantId}|${refundNo}`, body);
    this.settle(at, { ...wish, merchantId, refundNo, order, fresh });
    return false;
  }

  protected settle(
    at: string,
    refund: {
      merchantId: string;
      refundNo: string;
      orderNo: string;
      units: readonly number[];
      reason: string;
      remedy: string;
      order: ToyOrder;
      fresh: ToyUnit[];
    },
  ): void {
    const { merchantId, refundNo, orderNo, order, fresh } = refund;
    const { sku, pool } = order;
    const reason = refund.reason as 'bad_key' | 'goodwill';
    const remedy = refund.remedy as 'refund' | 'replace';
    const body = { merchantId, refundNo, orderNo, units: refund.units, reason, remedy, attempt: 1 };
    const when = { occurredAt: at };
    const reservationId = remedy === 'replace' ? `${merchantId}/${refundNo}/1` : null;
    this.told.tell(['refund', merchantId, refundNo], 'RefundOpened', { ...body, commandId: refundNo }, when);
    const replacements = fresh.flatMap((unit) => this.leave([unit], at));
    if (reservationId !== null) {
      this.reserve(at, {
        sku,
        pool,
        reservationId,
        units: replacements,
        demand: { kind: 'refund', merchantId, refundNo, orderNo },
      });
    }
    const places = refund.units.map((place, index) => {
      const held = order.places[place - 1] as ToyOrder['places'][number];
      const old = held.keys.at(-1) as ToyUnit;
      old.state = 'void';
      const next = fresh[index];
      if (next === undefined) held.settled = true;
      else held.keys.push(next);
      const [range] = ranges([old]);
      const voided = { ...(range as NonNullable<typeof range>), ...this.sourceOf(old.lot.lotId, at) };
      return { place, voided, replacement: replacements[index] ?? null };
    });
    const unitPrice = money(order.unitPrice);
    this.told.tell(
      ['order', merchantId, orderNo],
      'UnitsSettled',
      { merchantId, orderNo, refundNo, sku, pool, unitPrice, reason, remedy, reservationId, places, saw: [] },
      when,
    );
    this.told.tell(['refund', merchantId, refundNo], 'RefundCompleted', body, when);
    if (reservationId !== null)
      this.told.tell(['stock', sku], 'ReservationConfirmed', { sku, reservationId }, when);
  }
}

/** Whether a number came again with the same body; with another one it is refused. */
function isReplay(known: string | undefined, body: string, conflict: string): boolean {
  if (known !== undefined && known !== body) throw new ToyRefusal(conflict);
  return known !== undefined;
}

function isSellable(quantity: number, price: bigint): boolean {
  return price > 0n && Number.isInteger(quantity) && quantity >= 1 && quantity <= 1000;
}

function isRefund({
  units,
  reason,
  remedy,
}: {
  units: readonly number[];
  reason: string;
  remedy: string;
}): boolean {
  if (units.length === 0 || new Set(units).size < units.length || !units.every(Number.isInteger))
    return false;
  return ['bad_key', 'goodwill'].includes(reason) && ['refund', 'replace'].includes(remedy);
}
