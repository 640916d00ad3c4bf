import * as fc from 'fast-check';
import { keyId } from '../../src/domain/shared/identifiers.js';
import { expiryOfDay, instantOf } from '../../src/domain/shared/time.js';
import type { AsOf } from '../../src/projections/shared/as-of.js';
import { BuiltModels } from '../support/built-models.js';
import type { ToyLedger } from '../support/toy-ledger/toy-ledger.js';
import type { ToyUnit } from '../support/toy-ledger/units.js';
import { steps, ToyStory } from '../support/toy-story.js';

/** Everything that can be asked, as one text. */
function everyAnswer({ queries }: BuiltModels, ledger: ToyLedger, asOf: AsOf): string {
  const { inventory, cost, traceability, loads } = queries;
  const keys = ledger.lots.flatMap((lot) => lot.units.map((unit) => keyId(lot.lotId, unit.serial)));
  const orders = [...ledger.orders.keys()].map((key) => key.split('|') as [string, string]);
  const page = { limit: 1000 };
  return JSON.stringify({
    stock: inventory.stockBySku(asOf),
    pools: inventory.pools(asOf),
    lots: ledger.lots.map(({ lotId }) => inventory.stockOfLot(asOf, lotId)),
    accounts: (['sku', 'lot', 'supplier', 'merchant'] as const).map((by) => cost.accountsBy(by, asOf, page)),
    days: cost.days({ from: '2026-08-01', to: '2027-08-01' }, asOf),
    layers: ledger.skus.map((sku) => cost.layers(sku, asOf)),
    keys: keys.map((id) => [traceability.traceKey(asOf, id), traceability.timeline(asOf, id)]),
    orders: orders.map(([merchantId, orderNo]) => [
      traceability.traceOrder(asOf, merchantId, orderNo),
      traceability.order(asOf, merchantId, orderNo),
    ]),
    lists: [
      traceability.orders(asOf, page),
      traceability.refunds(asOf, page),
      traceability.imports(asOf, page),
    ],
    purchases: traceability.purchaseOrders(asOf, page),
    reach: ['AUTH-1', 'AUTH-2'].map((id) => traceability.reach(asOf, { kind: 'authorisation', id })),
    forward: ledger.lots.map(({ lotId }) => traceability.forward(asOf, { kind: 'lot', id: lotId }, page)),
    load: loads.newest(asOf),
  });
}

describe('given any history', () => {
  it('a model is the same however its events were cut into batches', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (told, commitEvery) => {
        const { stored } = new ToyStory(told).ledger.told;
        const live = new BuiltModels().apply(stored, { commitEvery });
        const rebuilt = new BuiltModels().apply(stored);
        try {
          expect(live.digests()).toEqual(rebuilt.digests());
        } finally {
          live.close();
          rebuilt.close();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('a question as of a sequence gets the answer that was live then', () => {
    fc.assert(
      fc.property(steps, fc.nat(1000), (told, permille) => {
        const story = new ToyStory(told);
        const { stored } = story.ledger.told;
        const sequence = Math.max(1, Math.floor((stored.length * permille) / 1000));
        const at = instantOf(story.at());
        const then = new BuiltModels().apply(stored.slice(0, sequence));
        const now = new BuiltModels().apply(stored);
        try {
          expect(everyAnswer(now, story.ledger, { sequence, at })).toBe(
            everyAnswer(then, story.ledger, { at }),
          );
        } finally {
          then.close();
          now.close();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('a question about what had occurred gets the answer of a ledger that holds nothing else', () => {
    fc.assert(
      fc.property(steps, fc.nat(1000), (told, permille) => {
        const { ledger } = new ToyStory(told);
        const { stored } = ledger.told;
        const about = stored[Math.floor((stored.length * permille) / 1001)];
        const occurredUntil = occurredAt(about);
        const models = new BuiltModels().apply(stored);
        try {
          const { cost, inventory } = models.queries;
          const held = ledger.skus.map((sku) => {
            const postings = inventory.postings(sku, { after: 0, until: stored.length });
            const counted = postings.filter((posting) => instantOf(posting.occurredAt) <= occurredUntil);
            return counted.reduce((sum, { quantity }) => sum + quantity, 0);
          });
          const asked = inventory.stockBySku({ at: occurredUntil, occurredUntil });
          expect(asked.map(({ received }) => received)).toEqual(held);
          const layers = ledger.skus.map((sku) =>
            cost.layers(sku, { occurredUntil }).reduce((sum, { units }) => sum + units, 0),
          );
          expect(layers).toEqual(
            asked.map(
              ({ available, unauthorised, expired, quarantined }) =>
                available + unauthorised + expired + quarantined,
            ),
          );
        } finally {
          models.close();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('every count of units is that of counting them one by one', () => {
    fc.assert(
      fc.property(steps, (told) => {
        const story = new ToyStory(told);
        const models = new BuiltModels().apply(story.ledger.told.stored);
        try {
          const at = story.at();
          for (const stock of models.queries.inventory.stockBySku({ at: instantOf(at) })) {
            const units = story.ledger.lots
              .filter(({ sku }) => sku === stock.sku)
              .flatMap((lot) => lot.units);
            const counted = { received: units.length, ...countOf(units, story.ledger, at) };
            expect(stock).toEqual({ sku: stock.sku, ...counted });
          }
          for (const unit of story.ledger.lots.flatMap((lot) => lot.units)) {
            const key = models.queries.traceability.traceKey(
              { at: instantOf(at) },
              keyId(unit.lot.lotId, unit.serial),
            );
            expect(key?.state).toBe(stateOf(unit, story.ledger, at));
            expect(key?.pool).toBe(unit.state === 'held' ? unit.pool : null);
          }
        } finally {
          models.close();
        }
      }),
      { numRuns: 25 },
    );
  });
});

function occurredAt(stored: { metadata: string } | undefined): number {
  return instantOf((JSON.parse(stored?.metadata ?? '{}') as { occurredAt: string }).occurredAt);
}

function stateOf(unit: ToyUnit, ledger: ToyLedger, at: string): string {
  if (unit.state !== 'held') return unit.state;
  if (unit.lot.quarantined) return 'quarantined';
  const moments = [
    unit.lot.expiresAt === null ? Infinity : instantOf(unit.lot.expiresAt),
    expiryOfDay(unit.expiresOn ?? '') ?? Infinity,
  ];
  if (Math.min(...moments) <= instantOf(at)) return 'expired';
  return ledger.authorisation(unit.lot.supplierId, unit.lot.sku, at) === undefined
    ? 'unauthorised'
    : 'available';
}

function countOf(units: readonly ToyUnit[], ledger: ToyLedger, at: string): Record<string, number> {
  const counts = {
    available: 0,
    unauthorised: 0,
    expired: 0,
    quarantined: 0,
    issued: 0,
    void: 0,
    writtenOff: 0,
    returned: 0,
  };
  for (const unit of units) counts[stateOf(unit, ledger, at) as keyof typeof counts] += 1;
  return counts;
}
