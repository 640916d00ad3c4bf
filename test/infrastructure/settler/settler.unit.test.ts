import Database from 'better-sqlite3';
import { isInSequence } from '../../../src/domain/shared/identifiers.js';
import { START } from '../../../src/infrastructure/event-store/event-store.js';
import { arrived } from '../../../src/infrastructure/projection-runner/arrived-event.js';
import { tablesOf } from '../../../src/infrastructure/projection-runner/tables.js';
import { Settler } from '../../../src/infrastructure/settler/settler.js';
import { applyEvent } from '../../../src/projections/read-model.js';
import { unsettled } from '../../../src/projections/unsettled/projection.js';
import type { UnsettledQuestions } from '../../../src/projections/unsettled/questions.js';
import { atEveryCrashPoint } from '../../support/crash-points.js';
import { ledgerEvents, UnitBook } from '../../support/ledger-invariants.js';
import { LedgerProcess, openSharedLog, type SharedLog } from '../../support/ledger-process.js';

/** The read model of unfinished work, as of the whole log. */
async function unsettledOf(log: SharedLog): Promise<UnsettledQuestions> {
  const database = new Database(':memory:');
  database.exec(unsettled.schema);
  const tables = tablesOf(database);
  const projection = unsettled.open(tables);
  let sequence = 0;
  for await (const batch of log.store.readAll(START)) {
    for (const stored of batch.filter(({ stream }) => isInSequence(stream))) {
      sequence += 1;
      applyEvent(projection, arrived(stored), { sequence, position: stored.position });
    }
  }
  projection.flush();
  return unsettled.questions(tables);
}

async function sweep(process: LedgerProcess, log: SharedLog, now: string): Promise<number> {
  const questions = await unsettledOf(log);
  const { ledger, desk } = process.open;
  return new Settler({ ledger, desk, unsettled: (question) => question(questions), now: () => now }).sweep();
}

const inAMinute = (): string => new Date(Date.now() + 60_000).toISOString();

/** Sweeps of the next process until nothing is left. */
async function settleAll(log: SharedLog): Promise<UnitBook> {
  const next = await LedgerProcess.start(log);
  while ((await sweep(next, log, inAMinute())) > 0);
  return UnitBook.of(await ledgerEvents(log.store));
}

describe('what a dead process left is finished by the next', () => {
  test('an issue: fulfilled and confirmed, or its units are free', async () => {
    await atEveryCrashPoint(
      (process) => process.stock(),
      (process) => process.issue('O-1', 2),
      async (log) => {
        const book = await settleAll(log);
        expect(book.reserved.size).toBe(0);
        expect(book.held.size + book.issued.size).toBe(5);
      },
    );
  });

  test('a replacement that was opened is made', async () => {
    const sold = async (process: LedgerProcess): Promise<void> => {
      await process.stock();
      await process.issue('O-1', 1);
      await process.open.ledger.flushRiders();
    };
    await atEveryCrashPoint(
      sold,
      (process) => process.refund('R-1', 'O-1', [1], { commandId: 'replace' }),
      async (log, crash) => {
        const book = await settleAll(log);
        const opened = crash !== 'before append 1';
        expect([...book.refunds]).toEqual(opened ? ['R-1'] : []);
        expect([book.reserved.size, book.issued.size]).toEqual([0, opened ? 2 : 1]);
        const events = await ledgerEvents(log.store);
        expect(events.filter(({ type }) => type === 'RefundCompleted')).toHaveLength(opened ? 1 : 0);
      },
    );
  });

  test('an import whose keys are all registered goes forward into the stock', async () => {
    await atEveryCrashPoint(
      async (process) => {
        await process.define('SKU-1');
        await process.place('PO-1', 'SKU-1', 3);
      },
      (process) => process.receive('LOT-1', 'PO-1', 'SKU-1', ['A', 'B', 'C']),
      async (log) => {
        const book = await settleAll(log);
        const completed = (await ledgerEvents(log.store)).some(({ type }) => type === 'ImportCompleted');
        expect(book.held.size).toBe(completed ? 3 : 0);
      },
    );
  });
});

test('an import that was given up gives its receipt back, even when whoever gave it up dies', async () => {
  const log = await openSharedLog();
  const dying = await LedgerProcess.start(log);
  await dying.define('SKU-1');
  await dying.place('PO-1', 'SKU-1', 10);
  dying.store.crashAt({ append: 4, when: 'before' });
  await expect(dying.receive('LOT-1', 'PO-1', 'SKU-1', ['A', 'B'])).rejects.toThrow();
  const waiting = await LedgerProcess.start(log, { stalledAfterMs: 1 });
  waiting.store.crashAt({ append: 1, when: 'after' });
  await expect(waiting.receive('LOT-2', 'PO-1', 'SKU-1', ['A'])).rejects.toThrow();
  expect(UnitBook.of(await ledgerEvents(log.store)).receivedByOrders).toBe(2);
  expect((await settleAll(log)).receivedByOrders).toBe(0);
  await log.close();
});

test('what is younger than half a minute is left to its owner', async () => {
  const log = await openSharedLog();
  const dying = await LedgerProcess.start(log);
  await dying.stock();
  dying.store.crashAt({ append: 2, when: 'before' });
  await expect(dying.issue('O-1', 2)).rejects.toThrow();
  const next = await LedgerProcess.start(log);
  expect(await sweep(next, log, new Date().toISOString())).toBe(0);
  expect(await sweep(next, log, inAMinute())).toBe(1);
  await log.close();
});
