import * as fc from 'fast-check';
import { keyId } from '../../src/domain/shared/identifiers.js';
import { expiryOfDay, instantOf } from '../../src/domain/shared/time.js';
import { BuiltModels } from '../support/built-models.js';
import type { ToyLedger } from '../support/toy-ledger/toy-ledger.js';
import type { ToyUnit } from '../support/toy-ledger/units.js';
import { steps, ToyStory } from '../support/toy-story.js';

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
