import * as fc from 'fast-check';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import { instantOf, type Instant } from '../../src/domain/shared/time.js';
import { BuiltModels } from '../support/built-models.js';
import { everyAnswer } from '../support/every-answer.js';
import { histories, MergedStories } from '../support/merged-stories.js';
import { ToyLedger } from '../support/toy-ledger/toy-ledger.js';

const AT = instantOf('2026-09-14T00:00:00Z');
/** Those that answer; the others cost time. */
const ASKED = ['inventory', 'cost', 'traceability', 'loads', 'moments'] as const;
/** A place in a history, in thousandths of it. */
const somewhere = fc.nat(1000);

function timeOf(event: StoredEvent, name: 'occurredAt' | 'recordedAt'): Instant {
  return instantOf((JSON.parse(event.metadata) as Record<typeof name, string>)[name]);
}

function placeIn({ stored }: MergedStories, permille: number): number {
  return Math.floor(((stored.length - 1) * permille) / 1000);
}

/** Without what names a place in the ledger: a ledger that holds less has other numbers. */
function withoutPlaces(answer: object): string {
  const numbered = new Set(['sequence', 'position', 'next']);
  return JSON.stringify(answer, (name, value: unknown) => (numbered.has(name) ? undefined : value), 1);
}

function modelsOf(stored: readonly StoredEvent[], work: (models: BuiltModels) => void): void {
  const models = new BuiltModels().apply(stored, { only: ASKED });
  try {
    work(models);
  } finally {
    models.close();
  }
}

describe('given two supplies whose events reached one ledger in any order', () => {
  it('a question as of a sequence gets every answer of a ledger that ends there', () => {
    fc.assert(
      fc.property(histories, somewhere, (history, permille) => {
        const sequence = placeIn(history, permille) + 1;
        modelsOf(history.stored, (now) =>
          modelsOf(history.stored.slice(0, sequence), (then) => {
            const asked = everyAnswer(now.queries, history.subjects, { sequence, at: AT });
            expect(JSON.stringify(asked, null, 1)).toBe(
              JSON.stringify(everyAnswer(then.queries, history.subjects, { at: AT }), null, 1),
            );
          }),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('a question about what had occurred gets every answer of a ledger that holds nothing else', () => {
    fc.assert(
      fc.property(histories, somewhere, somewhere, (history, moment, known) => {
        const sequence = placeIn(history, known) + 1;
        const about = history.stored[placeIn(history, moment)] as StoredEvent;
        const occurredUntil = timeOf(about, 'occurredAt');
        const occurred = history.stored
          .slice(0, sequence)
          .filter((event) => timeOf(event, 'occurredAt') <= occurredUntil);
        modelsOf(history.stored, (now) =>
          modelsOf(occurred, (alone) => {
            const asked = everyAnswer(now.queries, history.subjects, { sequence, occurredUntil, at: AT });
            expect(withoutPlaces(asked)).toBe(
              withoutPlaces(everyAnswer(alone.queries, history.subjects, { at: AT })),
            );
          }),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('a recorded time stands for the longest prefix in which nothing was recorded later', () => {
    fc.assert(
      fc.property(histories, somewhere, fc.integer({ min: -1, max: 1 }), (history, permille, shift) => {
        const event = history.stored[placeIn(history, permille)] as StoredEvent;
        const moment = timeOf(event, 'recordedAt') + shift;
        const later = history.stored.findIndex((each) => timeOf(each, 'recordedAt') > moment);
        modelsOf(history.stored, ({ queries }) =>
          expect(queries.moments.sequenceAsOf(moment)).toBe(later === -1 ? history.stored.length : later),
        );
      }),
      { numRuns: 12 },
    );
  });
});

describe('given an order that was paid back', () => {
  const history = new MergedStories(
    [
      [
        { kind: 'receive', pick: 0, quantity: 3, flag: true, hours: 1 },
        { kind: 'issue', pick: 0, quantity: 1, flag: true, hours: 1 },
        { kind: 'refund', pick: 0, quantity: 1, flag: true, hours: 1 },
      ],
      [],
    ],
    [false],
  );

  it('about each hour, only what had happened by then is part of it', () => {
    modelsOf(history.stored, ({ queries: { traceability } }) => {
      const about = (hour: number) => ({ occurredUntil: instantOf(`2026-09-01T0${hour}:00:00Z`) });
      const [[merchantId = '', orderNo = ''] = []] = history.subjects.orders;
      const told = [0, 1, 2, 3].map((hour) => {
        const order = traceability.order(about(hour), merchantId, orderNo);
        const states = traceability.traceOrder(about(hour), merchantId, orderNo)?.map(({ state }) => state);
        const purchases = traceability.purchaseOrders(about(hour), {}).rows;
        return [purchases[0]?.lines[0]?.received, states, order?.refunds.length];
      });
      expect(told).toEqual([
        [undefined, undefined, undefined],
        [3, undefined, undefined],
        [3, ['issued'], 0],
        [3, ['void'], 1],
      ]);
    });
  });
});

it('about the time between an order to a supplier and its receipt, all of it is still open', () => {
  const ledger = new ToyLedger();
  const [ordered, received] = ['2026-09-01T00:00:00Z', '2026-09-03T00:00:00Z'];
  ledger.supplier(ordered, 'SUP-1');
  ledger.product(ordered, 'SKU-1');
  ledger.grant(ordered, 'AUTH-1', 'SUP-1', { skus: ['SKU-1'], validFrom: ordered, validTo: null });
  ledger.placeOrder(ordered, 'PO-1', 'SUP-1', [{ sku: 'SKU-1', quantity: 5, unitCost: '1' }]);
  const counts = {
    lines: 1,
    header: 0,
    blank: 0,
    accepted: 1,
    duplicateInFile: 0,
    duplicateInLedger: 0,
    malformed: 0,
  };
  const file = { name: 'a', sha256: 'a', sizeBytes: 1, counts, accepted: [{ line: 1, expiresOn: null }] };
  ledger.receive(received, 'LOT-1', 'PO-1', { sku: 'SKU-1', expiresAt: null, file });
  modelsOf(ledger.told.stored, ({ queries: { traceability } }) => {
    const about = (time: string) => traceability.purchaseOrder({ occurredUntil: instantOf(time) }, 'PO-1');
    expect(about('2026-09-02T23:59:59Z')).toMatchObject({ lines: [{ received: 0, open: 5 }], lotIds: [] });
    expect(about(received)).toMatchObject({ lines: [{ received: 1, open: 4 }], lotIds: ['LOT-1'] });
  });
});
