import { Misfit } from '../findings.js';
import { moneyOf, quantityOf } from '../history/money.js';
import { countOf, membersOf, objectsOf, textOf, type Members } from '../history/payloads.js';
import type { Catalogue } from './catalogue.js';
import { UNIT, unitName, type Lots, type UnitRange } from './lots.js';
import { areSameUnits, holderOf, requireOrderTerms, sell, setHolder, type Order } from './order.js';
import type { Refunds } from './refunds.js';
import type { Reservations } from './reservations.js';
import type { Rule, Rules, ToldEvent } from './told-event.js';

/** What an order rests on. */
export interface OrderGrounds {
  readonly lots: Lots;
  readonly catalogue: Catalogue;
  readonly reservations: Reservations;
  readonly refunds: Refunds;
}

interface SettledPlace {
  readonly place: number;
  readonly voided: UnitRange;
  readonly replacement: UnitRange | null;
}

/** What was sold to whom, place by place, and what became of the places. */
export class Orders {
  /** What was paid less what was paid back, by SKU. */
  readonly revenues = new Map<string, bigint>();
  private readonly byStream = new Map<string, Order>();

  constructor(private readonly grounds: OrderGrounds) {}

  readonly rules: Rules = {
    OrderFulfilled: orderRule((event) => this.fulfil(event)),
    OrderAttemptAbandoned: orderRule(() => undefined),
    OrderConflictRecorded: orderRule((event) => void this.orderOf(event)),
    UnitsSettled: orderRule((event) => this.settle(event)),
    KeysRevealed: orderRule((event) => this.checkReveal(event)),
  };

  get fulfilled(): number {
    return this.byStream.size;
  }

  private fulfil({ payload, stream }: ToldEvent): void {
    const [sku, merchantId, orderNo] = [
      textOf(payload, 'sku'),
      textOf(payload, 'merchantId'),
      textOf(payload, 'orderNo'),
    ];
    if (this.byStream.has(stream))
      throw new Misfit('recorded_twice', `order ${orderNo} of ${merchantId} was fulfilled before`);
    this.grounds.catalogue.requireMerchant(merchantId);
    const unitPrice = moneyOf(payload, 'unitPrice');
    this.grounds.catalogue.requireCurrency(sku, unitPrice);
    const quantity = quantityOf(payload);
    const units = objectsOf(payload, 'units').map((range) => this.grounds.lots.rangeOf(range, sku));
    const named = units.reduce((sum, { count }) => sum + count, 0);
    if (named !== quantity)
      throw new Misfit('quantity_differs', `the order is of ${quantity} units and names ${named}`);
    this.useReserved(payload, { kind: 'order', merchantId, orderNo }, units);
    const standing = { changed: undefined, refunds: undefined, paidBack: 0n };
    this.byStream.set(stream, {
      sku,
      pool: textOf(payload, 'pool'),
      unitPrice,
      quantity,
      units,
      ...standing,
    });
    this.earn(sku, BigInt(quantity) * unitPrice.micros);
  }

  /** The very units that were reserved for this are sold, and no others. */
  private useReserved(payload: Members, demand: Members, units: readonly UnitRange[]): void {
    if (!areSameUnits(units, this.grounds.reservations.use(payload, demand))) {
      throw new Misfit(
        'reservation_differs',
        `it names other units than reservation ${textOf(payload, 'reservationId')} set aside`,
      );
    }
    for (const range of units) sell(range);
  }

  private settle(event: ToldEvent): void {
    const { payload } = event;
    const order = this.orderOf(event);
    const refundNo = textOf(payload, 'refundNo');
    if (order.refunds?.has(refundNo) === true)
      throw new Misfit('already_settled', `refund ${refundNo} settled places of this order before`);
    requireOrderTerms(order, payload);
    const places = objectsOf(payload, 'places').map((place) => this.settledPlace(place, order.sku));
    this.grounds.refunds.settle(
      payload,
      places.map(({ place }) => place),
    );
    for (const place of places) voidUnit(order, place, payload['reason'] === 'bad_key');
    if (payload['remedy'] === 'replace') this.replace(order, payload, places);
    else this.payBack(order, places);
    order.refunds ??= new Set();
    order.refunds.add(refundNo);
  }

  private settledPlace(settled: Members, sku: string): SettledPlace {
    const { lots } = this.grounds;
    const { voided, replacement } = settled;
    return {
      place: countOf(settled, 'place', 1),
      voided: lots.rangeOf(membersOf(voided, 'voided'), sku),
      replacement: replacement === null ? null : lots.rangeOf(membersOf(replacement, 'replacement'), sku),
    };
  }

  private replace(order: Order, payload: Members, places: readonly SettledPlace[]): void {
    const units = places.flatMap(({ replacement }) => replacement ?? []);
    if (units.length !== places.length || units.some(({ count }) => count !== 1))
      throw new Misfit('quantity_differs', 'it replaces, and does not name one unit for each place');
    const { merchantId, refundNo, orderNo } = payload;
    this.useReserved(payload, { kind: 'refund', merchantId, refundNo, orderNo }, units);
    places.forEach(({ place }, index) => setHolder(order, place, units[index] as UnitRange));
  }

  private payBack(order: Order, places: readonly SettledPlace[]): void {
    if (places.some(({ replacement }) => replacement !== null))
      throw new Misfit('terms_differ', 'it pays back, and names units that replace');
    for (const { place } of places) setHolder(order, place, 'paid back');
    const back = BigInt(places.length) * order.unitPrice.micros;
    order.paidBack += back;
    if (order.paidBack > BigInt(order.quantity) * order.unitPrice.micros)
      throw new Misfit('refund_exceeds_payment', 'more of the order is paid back than was paid');
    this.earn(order.sku, -back);
  }

  private checkReveal(event: ToldEvent): void {
    const order = this.orderOf(event);
    for (const key of objectsOf(event.payload, 'keys')) {
      const holder = holderOf(order, countOf(key, 'place', 1));
      if (holder === 'paid back')
        throw new Misfit('already_settled', 'it reveals a key whose price was paid back');
      const { lot, first } = holder;
      if (key['lotId'] !== lot.terms.lotId || key['serial'] !== first)
        throw new Misfit(
          'terms_differ',
          `it reveals another key than ${unitName(lot.terms.lotId, first)}, which holds the place`,
        );
    }
  }

  private orderOf({ stream, payload }: ToldEvent): Order {
    const order = this.byStream.get(stream);
    if (order !== undefined) return order;
    throw new Misfit('unknown_reference', `order ${textOf(payload, 'orderNo')} was never fulfilled`);
  }

  private earn(sku: string, micros: bigint): void {
    this.revenues.set(sku, (this.revenues.get(sku) ?? 0n) + micros);
  }
}

function voidUnit(order: Order, { place, voided }: SettledPlace, isClaimed: boolean): void {
  const holder = holderOf(order, place);
  if (holder === 'paid back') throw new Misfit('already_settled', `place ${place} was paid back before`);
  const { lot } = holder;
  if (voided.lot !== lot || voided.first !== holder.first || voided.count !== 1) {
    throw new Misfit(
      'terms_differ',
      `place ${place} is held by ${unitName(lot.terms.lotId, holder.first)}, and another unit is made void`,
    );
  }
  lot.require(voided, UNIT.sold);
  lot.set(voided, UNIT.void);
  if (isClaimed) lot.claimed += 1;
}

function orderRule(apply: Rule['apply']): Rule {
  return {
    versions: [1],
    stream: (payload, names) => names.of('order', textOf(payload, 'merchantId'), textOf(payload, 'orderNo')),
    apply,
  };
}
