import { settleReservation } from '../../../src/domain/processes/settle-reservation.js';
import { orderTarget } from '../../../src/domain/processes/targets.js';
import { atEveryCrashPoint } from '../../support/crash-points.js';
import { ledgerEvents, UnitBook } from '../../support/ledger-invariants.js';
import { contextOf, LedgerProcess, openSharedLog, type SharedLog } from '../../support/ledger-process.js';

let log: SharedLog;

beforeEach(async () => {
  log = await openSharedLog();
});

afterEach(() => log.close());

/** A process whose hint denies every order, also those that are there: wrong wherever a hint can be wrong. */
async function presumingProcess(on: SharedLog = log): Promise<LedgerProcess> {
  const process = await LedgerProcess.start(on);
  process.open.ledger.presumeBy(() => false);
  return process;
}

/** A ledger in which O-1 was fulfilled with two of five units, and a process that presumes it to be new. */
async function afterOrder(): Promise<LedgerProcess> {
  const one = await LedgerProcess.start(log);
  await one.stock();
  await one.issue('O-1', 2, { commandId: 'first' });
  await one.open.ledger.flushRiders();
  return presumingProcess();
}

async function bookOf(shared: SharedLog = log): Promise<UnitBook> {
  return UnitBook.of(await ledgerEvents(shared.store));
}

function readsOf(process: LedgerProcess): string[] {
  const reads: string[] = [];
  const read = process.store.readStream.bind(process.store);
  process.store.readStream = (stream, ...options) => {
    reads.push(stream);
    return read(stream, ...options);
  };
  return reads;
}

const isOrder = (stream: string): boolean => stream.includes('.order-');

test('a new order is issued without a look at its stream, and its repeat neither looks nor issues', async () => {
  const process = await presumingProcess();
  await process.stock();
  const reads = readsOf(process);
  expect((await process.issue('O-1', 2)).answer.outcome).toBe('fulfilled');
  expect((await process.issue('O-1', 2)).answer.outcome).toBe('replayed');
  expect(reads.filter(isOrder)).toEqual([]);
  expect((await bookOf()).held.size).toBe(3);
});

test('without a hint the stream is looked at first', async () => {
  const process = await LedgerProcess.start(log);
  await process.stock();
  const reads = readsOf(process);
  await process.issue('O-1', 2);
  expect(reads.filter(isOrder)).toHaveLength(1);
});

describe('an order that is there and was presumed new', () => {
  test.each(['first', 'another'])(
    'gets its first answer for the same body (command %s), and what was reserved is free again',
    async (commandId) => {
      const process = await afterOrder();
      const { answer } = await process.issue('O-1', 2, { commandId });
      expect(answer.units).toEqual([expect.objectContaining({ firstSerial: 1, count: 2 })]);
      await process.open.ledger.flushRiders();
      const book = await bookOf();
      expect([book.held.size, book.reserved.size, book.issued.size]).toEqual([3, 0, 2]);
    },
  );

  test('gets its first answer also where the stock has too few units left for another', async () => {
    const one = await LedgerProcess.start(log);
    await one.stock();
    await one.issue('O-1', 5);
    const process = await presumingProcess();
    expect((await process.issue('O-1', 5)).answer.outcome).toBe('replayed');
  });

  test.each([
    ['another quantity', 1, {}],
    ['a quantity that nobody may ask for', 0, {}],
    ['a product that there is not', 2, { sku: 'SKU-9' }],
  ])('conflicts with %s, which is recorded', async (_, quantity, options) => {
    const process = await afterOrder();
    await expect(process.issue('O-1', quantity, options)).rejects.toMatchObject({ code: 'order_conflict' });
    await process.open.ledger.flushRiders();
    const events = await ledgerEvents(log.store);
    expect(events.filter(({ type }) => type === 'OrderConflictRecorded')).toHaveLength(1);
    const book = UnitBook.of(events);
    expect([book.held.size, book.reserved.size, book.issued.size]).toEqual([3, 0, 2]);
  });

  test('is told as it is to whoever asks meanwhile', async () => {
    const process = await afterOrder();
    const { ledger } = process.open;
    const repeat = process.issue('O-1', 2);
    const fulfilled = ledger.ask(orderTarget('MER-1', 'O-1'), (state) => state.fulfilled?.quantity);
    expect(await fulfilled).toBe(2);
    await repeat;
  });

  test('is told as it is to whoever asks after a presumption that led nowhere', async () => {
    const { ledger } = (await afterOrder()).open;
    const target = orderTarget('MER-1', 'O-1');
    const nextRevision = (): Promise<number> => ledger.ask(target, (state) => state.nextRevision);
    const presumed = ledger.ask(target, (state) => state.nextRevision, { presumeEmpty: true });
    expect([await presumed, await nextRevision(), await nextRevision()]).toEqual([0, 1, 1]);
  });
});

test('a command that appends nothing is not answered by a presumption', async () => {
  const { ledger } = (await afterOrder()).open;
  const target = orderTarget('MER-1', 'O-1');
  await ledger.ask(target, () => undefined, { presumeEmpty: true });
  const payload = { merchantId: 'MER-1', orderNo: 'O-1', purpose: 'support', units: [1] };
  const revealed = await ledger.execute(target, { kind: 'reveal', ...payload }, contextOf(), {
    onPresumption: true,
    recall: false,
  });
  expect(revealed.answer.kind).toBe('revealed');
});

test('while a command is decided on a presumption, nobody else is told anything on it', async () => {
  const { ledger } = (await afterOrder()).open;
  const target = orderTarget('MER-1', 'O-1');
  await ledger.ask(target, () => undefined, { presumeEmpty: true });
  const reservationId = 'MER%2D1~O%2D1~SKU%2D1@0.0';
  const abandon = {
    kind: 'abandon',
    merchantId: 'MER-1',
    orderNo: 'O-1',
    reservationId,
    reason: '',
  } as const;
  const abandoned = ledger.execute(target, abandon, contextOf(), { onPresumption: true, recall: false });
  const recalled = await ledger.recall(target, 'first');
  expect(recalled?.map(({ type }) => type)).toEqual(['OrderFulfilled']);
  expect((await abandoned).answer.kind).toBe('void');
});

test('two processes that both presume one number new issue it once, and both say so', async () => {
  const one = await presumingProcess();
  await one.stock();
  const other = await presumingProcess();
  const both = await Promise.all([one.issue('O-1', 2), other.issue('O-1', 2), one.issue('O-1', 2)]);
  expect(new Set(both.map(({ answer }) => JSON.stringify(answer.units))).size).toBe(1);
  await Promise.all([one.open.ledger.flushRiders(), other.open.ledger.flushRiders()]);
  const book = await bookOf();
  expect([book.held.size, book.reserved.size, book.issued.size]).toEqual([3, 0, 2]);
});

test('an issue on a presumption that dies between its steps is carried on once, also on a presumption', async () => {
  const stocked = (process: LedgerProcess): Promise<void> => process.stock();
  const issue = (process: LedgerProcess): Promise<unknown> => {
    process.open.ledger.presumeBy(() => false);
    return process.issue('O-1', 2, { commandId: 'issue' });
  };
  await atEveryCrashPoint(stocked, issue, async (shared) => {
    const next = await presumingProcess(shared);
    await next.issue('O-1', 2, { commandId: 'issue' });
    await next.open.ledger.flushRiders();
    for (const reservationId of (await bookOf(shared)).reserved.keys()) {
      const left = { sku: 'SKU-1', reservationId, merchantId: 'MER-1', orderNo: 'O-1' };
      await settleReservation(next.open.ledger, left, contextOf());
    }
    const book = await bookOf(shared);
    expect([...book.orders]).toEqual([['O-1', 2]]);
    expect([book.held.size, book.reserved.size, book.issued.size]).toEqual([3, 0, 2]);
  });
});
