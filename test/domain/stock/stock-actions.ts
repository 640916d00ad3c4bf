import fc from 'fast-check';
import type { StockCommand } from '../../../src/domain/stock/decide.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import {
  allBut,
  confirm,
  endQuarantine,
  lotReceived,
  quarantine,
  release,
  remove,
  reserve,
  transfer,
  units,
} from './stock-facts.js';

const LOTS = ['LOT-9', 'LOT-1', 'LOT-5'];
const POOLS = ['main', 'platform'];
const SUPPLIERS = ['SUP-A', 'SUP-B'];
const ATTEMPTS = ['R-1', 'R-2', 'R-3', 'R-4'];
const DAYS = ['2026-09-09', '2026-09-10', undefined];
/** Around the ends of those days, and of the lots that expire whole. */
const MOMENTS = [
  '2026-09-09T23:59:59.999999+08:00',
  '2026-09-10T00:00:00+08:00',
  '2026-09-10T12:00:00+08:00',
  '2026-09-10T23:59:59.999999+08:00',
  '2026-09-11T00:00:00+08:00',
];

const from = <Value>(values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const quantity = fc.integer({ min: 1, max: 6 });

/** A lot's parts, each of one or more runs; every lot comes from a plan of its own, so that parts fit together. */
const lotPlan = fc.record({
  supplierId: from(SUPPLIERS),
  lotExpiresAt: from([null, '2026-09-10T04:00:00Z']),
  parts: fc.array(
    fc.array(fc.record({ count: fc.integer({ min: 1, max: 3 }), day: from(DAYS) }), {
      minLength: 1,
      maxLength: 3,
    }),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
});

export type LotPlan = (typeof lotPlan extends fc.Arbitrary<infer Plan> ? Plan : never) & {
  readonly lotId: string;
};

export const lotPlans: fc.Arbitrary<readonly LotPlan[]> = fc
  .tuple(lotPlan, lotPlan, lotPlan)
  .map((plans) => plans.map((plan, index) => ({ ...plan, lotId: LOTS[index] as string })));

/** The lot's n-th part, from 0, as a command. */
export function partOf(plan: LotPlan, index: number): Extract<StockCommand, { kind: 'receive' }> {
  const before = plan.parts.slice(0, index).flat();
  let serial = 1 + before.reduce((sum, run) => sum + run.count, 0);
  const runs = (plan.parts[index] ?? []).map(({ count, day }) => {
    const run = units(plan.lotId, serial, count, day);
    serial += count;
    return run;
  });
  const { supplierId, lotExpiresAt } = plan;
  const changes = { supplierId, lotExpiresAt, part: index + 1, parts: plan.parts.length, runs };
  return { kind: 'receive', ...lotReceived(plan.lotId, 0, changes).payload };
}

const sourcing = fc.record({
  at: from(MOMENTS).map(instantOf),
  authorisationOf: fc.subarray(SUPPLIERS, { maxLength: 1 }).map((missing) => allBut(...missing)),
});

export type StockAction =
  | { readonly kind: 'next-part'; readonly lot: number }
  /** What settles a reservation names its attempt; the id is filled in when it is known. */
  | { readonly kind: 'command'; readonly command: StockCommand };

const command: fc.Arbitrary<StockCommand> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(from(ATTEMPTS), quantity, from(POOLS), sourcing)
      .map(([id, count, pool, rest]) => reserve(id, count, { pool, ...rest })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(from(POOLS), quantity, sourcing)
      .map(([pool, count, rest]) => transfer(pool, pool === 'main' ? 'platform' : 'main', count, rest)),
  },
  { weight: 3, arbitrary: from(ATTEMPTS).map(confirm) },
  { weight: 3, arbitrary: from(ATTEMPTS).map(release) },
  { weight: 1, arbitrary: from(LOTS).map(quarantine) },
  { weight: 1, arbitrary: from(LOTS).map(endQuarantine) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('write-off' as const, 'return' as const), from(LOTS), quantity)
      .map(([kind, lot, count]) => remove(kind, lot, count)),
  },
);

export const stockActions: fc.Arbitrary<readonly StockAction[]> = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('next-part' as const),
        lot: fc.nat({ max: LOTS.length - 1 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('command' as const), command }) },
  ),
  { minLength: 4, maxLength: 40, size: 'max' },
);
