import { endOfDay, type Moment } from '../history/moments.js';
import type { Goods } from '../units/goods.js';
import { UNIT, type Lot } from '../units/lots.js';

/** What may be done with a held unit at one moment. */
export interface HeldCounts {
  available: number;
  unauthorised: number;
  expired: number;
  quarantined: number;
}

/** What became of the units of one product. */
export interface UnitCounts extends HeldCounts {
  issued: number;
  void: number;
  writtenOff: number;
  returned: number;
}

/** One product's units and amounts, counted lot by lot. */
export interface CountedSku {
  readonly units: UnitCounts;
  /** Held units by pool, the pools that hold any. */
  readonly pools: Map<string, HeldCounts>;
  /** In millionths, of units that are held, issued or void, claimed, written off, returned. */
  onHand: bigint;
  costOfGoodsSold: bigint;
  claims: bigint;
  losses: bigint;
  returned: bigint;
}

const GONE = {
  [UNIT.sold]: 'issued',
  [UNIT.void]: 'void',
  [UNIT.writtenOff]: 'writtenOff',
  [UNIT.returned]: 'returned',
} as const;

/** Every product's units, by what may be done with them at a moment. */
export function countUnits(goods: Goods, at: Moment): Map<string, CountedSku> {
  const counted = new Map<string, CountedSku>();
  for (const sku of goods.catalogue.currencies.keys()) counted.set(sku, nothing());
  for (const lot of goods.lots.opened) {
    const sku = counted.get(lot.terms.sku) ?? nothing();
    counted.set(lot.terms.sku, sku);
    countLot(sku, lot, stateOfHeld(goods, lot, at), goods);
  }
  return counted;
}

function countLot(
  sku: CountedSku,
  lot: Lot,
  stateOf: (serial: number) => keyof HeldCounts,
  { lots }: Pick<Goods, 'lots'>,
): void {
  const gone = { issued: 0, void: 0, writtenOff: 0, returned: 0 };
  let held = 0;
  for (let serial = 1; serial <= lot.terms.size; serial += 1) {
    const state = lot.states[serial - 1] as number;
    if (state in GONE) {
      gone[GONE[state as keyof typeof GONE]] += 1;
      continue;
    }
    // A reserved unit is still there: it leaves with the order that names it.
    const kind = stateOf(serial);
    held += 1;
    sku.units[kind] += 1;
    poolOf(sku, lots.pools.texts[lot.poolOf(serial)] as string)[kind] += 1;
  }
  const cost = lot.terms.unitCost.micros;
  for (const name of Object.keys(gone) as (keyof typeof gone)[]) sku.units[name] += gone[name];
  sku.onHand += BigInt(held) * cost;
  sku.claims += BigInt(lot.claimed) * cost;
  sku.costOfGoodsSold += BigInt(gone.issued + gone.void - lot.claimed) * cost;
  sku.losses += BigInt(gone.writtenOff) * cost;
  sku.returned += BigInt(gone.returned) * cost;
}

/** The first of quarantined, expired, unauthorised that holds; else available. */
function stateOfHeld(goods: Goods, lot: Lot, at: Moment): (serial: number) => keyof HeldCounts {
  const { supplierId, sku, lotExpiresAt } = lot.terms;
  if (lot.quarantined) return () => 'quarantined';
  if (lotExpiresAt !== null && lotExpiresAt <= at) return () => 'expired';
  const otherwise = goods.authorisations.isAuthorised(supplierId, sku, at) ? 'available' : 'unauthorised';
  if (lot.expiries === undefined) return () => otherwise;
  const isOver = [false, ...goods.lots.days.texts.map((day) => (endOfDay(day) ?? Infinity) <= at)];
  return (serial) => (isOver[lot.expiryOf(serial)] === true ? 'expired' : otherwise);
}

function poolOf({ pools }: CountedSku, name: string): HeldCounts {
  const known = pools.get(name);
  if (known !== undefined) return known;
  const counts = { available: 0, unauthorised: 0, expired: 0, quarantined: 0 };
  pools.set(name, counts);
  return counts;
}

function nothing(): CountedSku {
  return {
    units: {
      available: 0,
      unauthorised: 0,
      expired: 0,
      quarantined: 0,
      issued: 0,
      void: 0,
      writtenOff: 0,
      returned: 0,
    },
    pools: new Map(),
    onHand: 0n,
    costOfGoodsSold: 0n,
    claims: 0n,
    losses: 0n,
    returned: 0n,
  };
}
