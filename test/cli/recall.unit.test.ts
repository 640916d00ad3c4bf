import { recallOf } from '../../src/cli/questions/recall.js';
import type { ReadModels } from '../../src/infrastructure/projection-runner/read-models.js';
import { BuiltModels } from '../support/built-models.js';
import { tradingStory } from '../evidence/support/trading-story.js';

describe('given lots that were sold, replaced and refunded', () => {
  const models = new BuiltModels().apply(tradingStory());
  const readModels = {
    read: (_names: unknown, question: (queries: unknown, known: unknown) => unknown) => {
      const { sequence } = models;
      return {
        value: question(models.queries, { sequence, position: 0 }),
        sequence,
        position: 0,
        stopped: [],
      };
    },
  } as unknown as ReadModels;

  afterAll(() => models.close());

  it('a recall of a lot reaches every order, those of replaced and refunded keys too', () => {
    const recall = recallOf(readModels, { kind: 'lot', id: 'LOT-1' });
    expect(recall?.reach).toEqual({
      lots: 1,
      keysReceived: 9,
      keysIssued: 6,
      orders: 2,
      merchants: [
        { merchantId: 'MER-0', orders: 1, keys: 4 },
        { merchantId: 'MER-1', orders: 1, keys: 2 },
      ],
    });
    expect(
      recall?.rows.map(({ orderNo, role, firstSerial, count }) => [orderNo, role, firstSerial, count]),
    ).toEqual([
      ['O-1', 'issued', 1, 3],
      ['O-1', 'replacement', 4, 1],
      ['O-2', 'issued', 5, 2],
    ]);
  });

  it('a recall of an authorisation reaches what was bought and what was sold under it', () => {
    const recall = recallOf(readModels, { kind: 'authorisation', id: 'AUTH-1' });
    expect(recall?.lots.map(({ lotId }) => lotId)).toEqual(['LOT-1']);
    expect(recall?.reach.orders).toBe(2);
    expect(recall?.soldUnderAnother).toEqual([]);
  });

  it('what the ledger does not know has no recall', () =>
    expect(recallOf(readModels, { kind: 'lot', id: 'LOT-9' })).toBeUndefined());
});
