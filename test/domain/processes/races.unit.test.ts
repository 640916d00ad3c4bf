import type { ImportTerms } from '../../../src/domain/key-registry/events.js';
import { abandonImport } from '../../../src/domain/processes/import-steps.js';
import { settleReservation } from '../../../src/domain/processes/settle-reservation.js';
import { orderTarget, purchaseOrderTarget } from '../../../src/domain/processes/targets.js';
import { ProcessDied } from '../../support/crashing-store.js';
import { ledgerEvents, UnitBook } from '../../support/ledger-invariants.js';
import { contextOf, LedgerProcess, openSharedLog, type SharedLog } from '../../support/ledger-process.js';

let log: SharedLog;

beforeEach(async () => {
  log = await openSharedLog();
});

afterEach(async () => {
  await log.close();
});

async function bookOf(): Promise<UnitBook> {
  return UnitBook.of(await ledgerEvents(log.store));
}

async function leftReservation(): Promise<string> {
  const [reservationId] = (await bookOf()).reserved.keys();
  if (reservationId === undefined) throw new RangeError('no reservation was left');
  return reservationId;
}

async function openedTerms(): Promise<ImportTerms> {
  const [opened] = (await ledgerEvents(log.store)).filter((event) => event.type === 'ImportOpened');
  if (opened?.type !== 'ImportOpened') throw new RangeError('no import was opened');
  return opened.payload;
}

const codeOf = (outcome: PromiseSettledResult<unknown>): string =>
  outcome.status === 'fulfilled'
    ? 'done'
    : ((outcome.reason as { code?: string }).code ?? String(outcome.reason));

describe('two processes of one ledger', () => {
  test('two orders of one number for two SKUs: one is fulfilled, the other conflicts and gives its units back', async () => {
    const one = await LedgerProcess.start(log);
    await one.stock('SKU-1');
    await one.stock('SKU-2', ['L1', 'L2', 'L3'], 'LOT-2');
    const other = await LedgerProcess.start(log);
    const outcomes = await Promise.allSettled([one.issue('O-1', 2), other.issue('O-1', 1, { sku: 'SKU-2' })]);
    expect(outcomes.map(codeOf).sort()).toEqual(['done', 'order_conflict']);
    await Promise.all([one.open.ledger.flushRiders(), other.open.ledger.flushRiders()]);
    const book = await bookOf();
    expect(book.orders.size).toBe(1);
    expect(book.reserved.size).toBe(0);
    expect(book.held.size + book.issued.size).toBe(8);
  });

  test('a settler against a late owner: the units are free or the order is fulfilled, never both', async () => {
    const owner = await LedgerProcess.start(log);
    await owner.stock();
    owner.store.crashAt({ append: 2, when: 'before' });
    await expect(owner.issue('O-1', 2)).rejects.toThrow(ProcessDied);
    const settler = await LedgerProcess.start(log);
    const late = await LedgerProcess.start(log);
    const left = {
      sku: 'SKU-1',
      reservationId: await leftReservation(),
      merchantId: 'MER-1',
      orderNo: 'O-1',
    };
    const outcomes = await Promise.allSettled([
      settleReservation(settler.open.ledger, left, contextOf()),
      late.issue('O-1', 2),
    ]);
    expect(outcomes.map(codeOf)).toEqual(['done', 'done']);
    await late.open.ledger.flushRiders();
    const book = await bookOf();
    expect([...book.orders]).toEqual([['O-1', 2]]);
    expect([book.held.size, book.issued.size]).toEqual([3, 2]);
  });

  test('an abandoned number can be used again', async () => {
    const owner = await LedgerProcess.start(log);
    await owner.stock();
    owner.store.crashAt({ append: 1, when: 'after' });
    await expect(owner.issue('O-1', 5)).rejects.toThrow(ProcessDied);
    const next = await LedgerProcess.start(log);
    const left = {
      sku: 'SKU-1',
      reservationId: await leftReservation(),
      merchantId: 'MER-1',
      orderNo: 'O-1',
    };
    await settleReservation(next.open.ledger, left, contextOf());
    expect((await next.issue('O-1', 4)).answer.outcome).toBe('fulfilled');
    expect([...(await bookOf()).orders]).toEqual([['O-1', 4]]);
  });

  test('one refund number for two orders: one is refunded, the other conflicts', async () => {
    const one = await LedgerProcess.start(log);
    await one.stock();
    await one.issue('O-1', 1);
    await one.issue('O-2', 1);
    const other = await LedgerProcess.start(log);
    const outcomes = await Promise.allSettled([
      one.refund('R-1', 'O-1', [1]),
      other.refund('R-1', 'O-2', [1]),
    ]);
    expect(outcomes.map(codeOf).sort()).toEqual(['done', 'refund_conflict']);
    await Promise.all([one.open.ledger.flushRiders(), other.open.ledger.flushRiders()]);
    const book = await bookOf();
    expect([...book.refunds]).toEqual(['R-1']);
    expect([book.reserved.size, book.issued.size, book.held.size]).toEqual([0, 3, 2]);
  });

  test('one order sent twice for the last units: both are told that it is fulfilled, neither of a shortage', async () => {
    const one = await LedgerProcess.start(log);
    await one.stock();
    const other = await LedgerProcess.start(log);
    const outcomes = await Promise.allSettled([
      one.issue('O-1', 5),
      other.issue('O-1', 5),
      one.issue('O-1', 5),
    ]);
    expect(outcomes.map(codeOf)).toEqual(['done', 'done', 'done']);
    await Promise.all([one.open.ledger.flushRiders(), other.open.ledger.flushRiders()]);
    const book = await bookOf();
    expect([book.issued.size, book.held.size, book.reserved.size]).toEqual([5, 0, 0]);
  });

  test.each([2, 5])(
    'a process that knows the order only from before it was fulfilled (%i units) loses no unit',
    async (quantity) => {
      const one = await LedgerProcess.start(log);
      await one.stock();
      const late = await LedgerProcess.start(log);
      expect(
        await late.open.ledger.ask(orderTarget('MER-1', 'O-1'), ({ nextRevision }) => nextRevision),
      ).toBe(0);
      await one.issue('O-1', quantity);
      await one.open.ledger.flushRiders();
      expect((await late.issue('O-1', quantity)).answer.outcome).toBe('replayed');
      await late.open.ledger.flushRiders();
      const book = await bookOf();
      expect([book.issued.size, book.held.size, book.reserved.size]).toEqual([quantity, 5 - quantity, 0]);
    },
  );

  test('one replacement sent twice for the last unit: it is made once, and nobody is refused', async () => {
    const one = await LedgerProcess.start(log);
    await one.stock('SKU-1', ['K1', 'K2']);
    await one.issue('O-1', 1);
    await one.open.ledger.flushRiders();
    const other = await LedgerProcess.start(log);
    const outcomes = await Promise.allSettled([
      one.refund('R-1', 'O-1', [1]),
      other.refund('R-1', 'O-1', [1]),
    ]);
    expect(outcomes.map(codeOf)).toEqual(['done', 'done']);
    await Promise.all([one.open.ledger.flushRiders(), other.open.ledger.flushRiders()]);
    const book = await bookOf();
    expect([[...book.refunds], book.issued.size, book.reserved.size]).toEqual([['R-1'], 2, 0]);
  });

  test('all issue from one SKU: every acknowledged order stands once and no key is issued twice', async () => {
    const first = await LedgerProcess.start(log);
    await first.stock(
      'SKU-1',
      Array.from({ length: 60 }, (_, index) => `K${index}`),
    );
    const processes = [first, await LedgerProcess.start(log), await LedgerProcess.start(log)];
    const orders = Array.from({ length: 40 }, (_, index) => `O-${index}`);
    const outcomes = await Promise.allSettled(
      orders.flatMap((orderNo, index) => [
        (processes[index % 3] as LedgerProcess).issue(orderNo, 1),
        (processes[(index + 1) % 3] as LedgerProcess).issue(orderNo, 1),
      ]),
    );
    expect(new Set(outcomes.map(codeOf))).toEqual(new Set(['done']));
    await Promise.all(processes.map(({ open }) => open.ledger.flushRiders()));
    const book = await bookOf();
    expect([book.orders.size, book.issued.size, book.held.size, book.reserved.size]).toEqual([40, 40, 20, 0]);
  });
});

describe('two imports at the same time', () => {
  const keys = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `KEY-${from + index}`);

  test('overlapping files: every key is registered once, and the later one calls the rest duplicates', async () => {
    const one = await LedgerProcess.start(log);
    await one.define('SKU-1');
    await one.place('PO-1', 'SKU-1', 1000);
    const other = await LedgerProcess.start(log);
    const outcomes = await Promise.allSettled([
      one.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 300)),
      other.receive('LOT-2', 'PO-1', 'SKU-1', keys(200, 300)),
    ]);
    expect(outcomes.map(codeOf)).toEqual(['done', 'done']);
    const book = await bookOf();
    expect([book.fingerprints.size, book.held.size, book.receivedByOrders]).toEqual([500, 500, 500]);
  });

  test('overlapping files of which one dies: after it stood still its keys are unknown again', async () => {
    const dying = await LedgerProcess.start(log);
    await dying.define('SKU-1');
    await dying.place('PO-1', 'SKU-1', 1000);
    dying.store.crashAt({ append: 4, when: 'after' });
    await expect(dying.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 600))).rejects.toThrow(ProcessDied);
    const next = await LedgerProcess.start(log, { stalledAfterMs: 20 });
    const { answer } = await next.receive('LOT-2', 'PO-1', 'SKU-1', keys(300, 600));
    expect(answer.counts).toMatchObject({ accepted: 600, duplicateInLedger: 0 });
    const book = await bookOf();
    expect([book.fingerprints.size, book.held.size, book.receivedByOrders]).toEqual([600, 600, 600]);
    const again = await next.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 300));
    expect(again.answer.counts.accepted).toBe(300);
  });

  test('two lots racing for one order line: together they never exceed it', async () => {
    const one = await LedgerProcess.start(log);
    await one.define('SKU-1');
    await one.place('PO-1', 'SKU-1', 500);
    const other = await LedgerProcess.start(log);
    const outcomes = await Promise.allSettled([
      one.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 300)),
      other.receive('LOT-2', 'PO-1', 'SKU-1', keys(1000, 300)),
    ]);
    expect(outcomes.map(codeOf).sort()).toEqual(['done', 'over_receipt']);
    const book = await bookOf();
    expect([book.held.size, book.receivedByOrders]).toEqual([300, 300]);
  });

  test('one lot id for two files: one is received, the other is told that the id is taken', async () => {
    const one = await LedgerProcess.start(log);
    await one.define('SKU-1');
    await one.place('PO-1', 'SKU-1', 1000);
    const other = await LedgerProcess.start(log);
    const outcomes = await Promise.allSettled([
      one.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 100)),
      other.receive('LOT-1', 'PO-1', 'SKU-1', keys(500, 100)),
    ]);
    expect(outcomes.map(codeOf).sort()).toEqual(['done', 'duplicate_lot']);
    expect((await bookOf()).held.size).toBe(100);
  });

  test('a waiter that gives up an import which completed meanwhile leaves its receipt alone', async () => {
    const owner = await LedgerProcess.start(log);
    await owner.define('SKU-1');
    await owner.place('PO-1', 'SKU-1', 100);
    await owner.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 100));
    const waiter = await LedgerProcess.start(log);
    const { ledger } = waiter.open;
    await abandonImport({ ledger, context: contextOf() }, await openedTerms(), 'made no progress');
    expect((await bookOf()).receivedByOrders).toBe(100);
  });

  test('the same file for another order line is not carried on under the first one’s terms', async () => {
    const dying = await LedgerProcess.start(log);
    await dying.define('SKU-1');
    await dying.place('PO-1', 'SKU-1', 100);
    await dying.place('PO-2', 'SKU-1', 100);
    dying.store.crashAt({ append: 4, when: 'after' });
    await expect(dying.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 100))).rejects.toThrow(ProcessDied);
    const next = await LedgerProcess.start(log, { stalledAfterMs: 20 });
    await next.receive('LOT-1', 'PO-2', 'SKU-1', keys(0, 100));
    const received = (await ledgerEvents(log.store)).filter(({ type }) => type === 'LotReceived');
    expect(received.map(({ payload }) => (payload as { poId: string }).poId)).toEqual(['PO-2']);
    expect((await bookOf()).receivedByOrders).toBe(100);
  });

  test('a dead import that holds the order line and the keys does not get the same file refused as another lot', async () => {
    const dying = await LedgerProcess.start(log);
    await dying.define('SKU-1');
    await dying.place('PO-1', 'SKU-1', 100);
    dying.store.crashAt({ append: 4, when: 'after' });
    await expect(dying.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 100))).rejects.toThrow(ProcessDied);
    const next = await LedgerProcess.start(log, { stalledAfterMs: 20 });
    const { answer } = await next.receive('LOT-2', 'PO-1', 'SKU-1', keys(0, 100));
    expect(answer.counts.accepted).toBe(100);
  });

  test('a stalled owner that wakes up after its import was given up records nothing more', async () => {
    const stalled = await LedgerProcess.start(log);
    await stalled.define('SKU-1');
    await stalled.place('PO-1', 'SKU-1', 1000);
    stalled.store.crashAt({ append: 2, when: 'before' });
    await expect(stalled.receive('LOT-1', 'PO-1', 'SKU-1', keys(0, 100))).rejects.toThrow(ProcessDied);
    const next = await LedgerProcess.start(log, { stalledAfterMs: 20 });
    await next.receive('LOT-2', 'PO-1', 'SKU-1', keys(50, 100));
    const { attempt, lotId, poId, sku, counts } = await openedTerms();
    const receipt = { kind: 'receive', attempt, lotId, poId, sku, accepted: counts.accepted } as const;
    const late = await next.open.ledger.execute(purchaseOrderTarget(poId), receipt, contextOf());
    expect(late.answer.kind).toBe('over');
    expect((await bookOf()).receivedByOrders).toBe(100);
  });
});
