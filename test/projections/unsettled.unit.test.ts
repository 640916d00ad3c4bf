import { BuiltModels } from '../support/built-models.js';
import { ToldEvents } from '../support/told-events.js';

const WHEN = { occurredAt: '2026-09-01T00:00:00Z' };
const order = { kind: 'order', merchantId: 'MER-1', orderNo: 'O-1' } as const;
const counts = {
  lines: 1,
  header: 0,
  blank: 0,
  accepted: 1,
  duplicateInFile: 0,
  duplicateInLedger: 0,
  malformed: 0,
};
const refund = {
  merchantId: 'MER-1',
  refundNo: 'R-1',
  orderNo: 'O-1',
  units: [1],
  reason: 'goodwill',
  remedy: 'refund',
} as const;

function terms(attempt: string) {
  const file = { name: 'f', sha256: 's', bytes: 1 };
  const goods = {
    lotId: `LOT-${attempt}`,
    poId: 'PO-1',
    sku: 'SKU-A',
    supplierId: 'SUP-1',
    lotExpiresAt: null,
  };
  return { attempt, ...goods, unitCost: { amount: '1.000000', currency: 'CNY' }, file, counts };
}

describe('what is unsettled', () => {
  let told: ToldEvents;
  let models: BuiltModels;

  beforeEach(() => {
    told = new ToldEvents();
    models = new BuiltModels();
  });

  afterEach(() => models.close());

  /** What is left after everything told so far, whether one commit took it all or each event had its own. */
  const left = () => {
    const apart = new BuiltModels().apply(told.stored, { commitEvery: 1, only: ['unsettled'] });
    models.apply(told.stored.slice(models.sequence), { only: ['unsettled'] });
    expect(apart.digests()).toEqual(models.digests());
    apart.close();
    return models.queries.unsettled;
  };

  const reserve = (sku: string, reservationId: string) =>
    told.tell(
      ['stock', sku],
      'UnitsReserved',
      { sku, reservationId, demand: order, asked: '', pool: 'main', quantity: 1, units: [], saw: [] },
      WHEN,
    );

  it('reservations that are neither confirmed nor released, the oldest first', () => {
    reserve('SKU-A', 'r-1');
    reserve('SKU-A', 'r-2');
    reserve('SKU-B', 'r-1');
    told.tell(['stock', 'SKU-A'], 'ReservationConfirmed', { sku: 'SKU-A', reservationId: 'r-1' }, WHEN);
    expect(left().reservations(10)).toMatchObject([
      {
        sku: 'SKU-A',
        reservationId: 'r-2',
        demand: order,
        sequence: 2,
        recordedAt: '2027-01-01T00:00:02.000Z',
      },
      { sku: 'SKU-B', reservationId: 'r-1' },
    ]);
    expect(left().reservations(1)).toHaveLength(1);
    told.tell(
      ['stock', 'SKU-A'],
      'ReservationReleased',
      { sku: 'SKU-A', reservationId: 'r-2', reason: '' },
      WHEN,
    );
    expect(left().reservations(10)).toMatchObject([{ sku: 'SKU-B' }]);
  });

  it('refunds until they are completed or refused', () => {
    const opened = { ...refund, attempt: 1, commandId: 'c' };
    told.tell(['refund'], 'RefundOpened', opened, WHEN);
    expect(left().refunds(10)).toMatchObject([{ opened, sequence: 1 }]);
    told.tell(['refund'], 'RefundRefused', { ...refund, attempt: 1, code: 'shortage', message: '' }, WHEN);
    expect(left().refunds(10)).toEqual([]);
    told.tell(['refund'], 'RefundOpened', { ...opened, attempt: 2 }, WHEN);
    told.tell(['refund'], 'RefundCompleted', { ...refund, attempt: 2 }, WHEN);
    expect(left().refunds(10)).toEqual([]);
  });

  it('imports until what they took is given back or their whole lot is in stock; progress makes them younger', () => {
    told.tell(['registry'], 'ImportOpened', { ...terms('a'), saw: [] }, WHEN);
    told.tell(['registry'], 'ImportAbandoned', { ...terms('a'), accepted: 1, reason: '' }, WHEN);
    expect(left().imports(10)).toMatchObject([{ stage: 'abandoned', sequence: 2 }]);
    const receipt = { poId: 'PO-1', lotId: 'LOT-a', sku: 'SKU-A', attempt: 'a', accepted: 1, reason: '' };
    told.tell(['po'], 'LotReceiptCancelled', receipt, WHEN);
    expect(left().imports(10)).toEqual([]);
    told.tell(['registry'], 'ImportOpened', { ...terms('b'), saw: [] }, WHEN);
    const chunk = {
      firstSerial: 1,
      count: 1,
      fingerprints: '',
      ciphertext: '',
      commitment: '',
      lineRuns: [],
      expiryRuns: [],
    };
    told.tell(['registry'], 'KeysRegistered', { attempt: 'b', lotId: 'LOT-b', ...chunk }, WHEN);
    expect(left().imports(10)).toMatchObject([{ stage: 'opened', terms: terms('b'), sequence: 5 }]);
    told.tell(['registry'], 'ImportCompleted', terms('b'), WHEN);
    const received = { ...terms('b'), pool: 'main', parts: 2, runs: [] };
    told.tell(['stock', 'SKU-A'], 'LotReceived', { ...received, part: 1 }, WHEN);
    expect(left().imports(10)).toMatchObject([{ stage: 'completed', sequence: 7 }]);
    told.tell(['stock', 'SKU-A'], 'LotReceived', { ...received, part: 2 }, WHEN);
    expect(left().imports(10)).toEqual([]);
  });
});

describe('loads', () => {
  it('count what became of the lines, as of any sequence', () => {
    const told = new ToldEvents();
    const refused = {
      line: 2,
      op: 'issue',
      outcome: 'refused',
      code: 'shortage',
      ids: { orderNo: 'O-1' },
    } as const;
    const done = (line: number) => ({ line, op: 'issue', outcome: 'done', code: null, ids: null }) as const;
    const packDigest = 'digest';
    told.tell(['load'], 'LoadStarted', { packDigest, name: 'month' }, WHEN);
    told.tell(
      ['load'],
      'OperationsRecorded',
      { packDigest, at: 'first', outcomes: [done(1), refused] },
      WHEN,
    );
    told.tell(
      ['load'],
      'OperationsRecorded',
      { packDigest, at: 'second', outcomes: [{ ...done(3), outcome: 'replayed' }] },
      WHEN,
    );
    told.tell(
      ['load'],
      'LoadFinished',
      { packDigest, lines: 3, done: 1, replayed: 1, refused: 1, at: 'second' },
      WHEN,
    );
    const models = new BuiltModels().apply(told.stored);
    const { loads } = models.queries;
    expect(loads.newest({})).toEqual({
      packDigest,
      name: 'month',
      asOf: 'second',
      lines: 3,
      done: 1,
      replayed: 1,
      refused: 1,
      finished: true,
    });
    expect(loads.load(packDigest, { sequence: 2 })).toMatchObject({
      asOf: 'first',
      lines: 2,
      replayed: 0,
      finished: false,
    });
    expect(loads.load(packDigest, { sequence: 1 })).toMatchObject({ asOf: null, lines: 0 });
    expect(loads.refusals(packDigest, {})).toEqual([
      { line: 2, op: 'issue', code: 'shortage', ids: { orderNo: 'O-1' } },
    ]);
    expect(loads.newest({ sequence: 0 })).toBeUndefined();
    models.close();
  });
});
