import { Misfit } from '../findings.js';
import { sameMoney, moneyOf, type Money } from '../history/money.js';
import { textOf, type Members } from '../history/payloads.js';
import { UNIT, type UnitRange } from './lots.js';

/** A unit that holds a place of an order, or that the place's price was paid back. */
export type Holder = UnitRange | 'paid back';

/** A fulfilled order; its places count from 1 through its units. */
export interface Order {
  readonly sku: string;
  readonly pool: string;
  readonly unitPrice: Money;
  readonly quantity: number;
  readonly units: readonly UnitRange[];
  /** By place, where it is no longer held by the unit that was sold first; made when it is needed. */
  changed: Map<number, Holder> | undefined;
  /** The numbers of the refunds that settled places of it. */
  refunds: Set<string> | undefined;
  paidBack: bigint;
}

export function holderOf(order: Order, place: number): Holder {
  const changed = order.changed?.get(place);
  if (changed !== undefined) return changed;
  let before = 0;
  for (const { lot, first, count } of order.units) {
    if (place <= before + count) return { lot, first: first + place - before - 1, count: 1 };
    before += count;
  }
  throw new Misfit('unknown_reference', `the order has places 1 to ${order.quantity}, not ${place}`);
}

export function setHolder(order: Order, place: number, holder: Holder): void {
  order.changed ??= new Map();
  order.changed.set(place, holder);
}

/** @throws Misfit where an event says something else of the order than the order itself */
export function requireOrderTerms(order: Order, payload: Members): void {
  const fits = textOf(payload, 'sku') === order.sku && textOf(payload, 'pool') === order.pool;
  if (fits && sameMoney(moneyOf(payload, 'unitPrice'), order.unitPrice)) return;
  throw new Misfit('terms_differ', 'its product, pool or price is not that of the order');
}

/** Reserved units become sold ones. */
export function sell(range: UnitRange): void {
  range.lot.require(range, UNIT.reserved);
  range.lot.set(range, UNIT.sold);
}

/** Whether two lists name the same units in the same order, however they are cut into ranges. */
export function areSameUnits(left: readonly UnitRange[], right: readonly UnitRange[]): boolean {
  const [a, b] = [joined(left), joined(right)];
  return (
    a.length === b.length &&
    a.every(({ lot, first, count }, index) => {
      const other = b[index] as UnitRange;
      return lot === other.lot && first === other.first && count === other.count;
    })
  );
}

/** Ranges that follow one another become one. */
function joined(ranges: readonly UnitRange[]): readonly UnitRange[] {
  if (ranges.length < 2) return ranges;
  const wide: UnitRange[] = [];
  for (const range of ranges) {
    const last = wide.at(-1);
    if (last?.lot === range.lot && last.first + last.count === range.first)
      wide[wide.length - 1] = { ...last, count: last.count + range.count };
    else wide.push(range);
  }
  return wide;
}
