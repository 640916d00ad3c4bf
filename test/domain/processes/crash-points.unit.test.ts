import type { LedgerEvent } from '../../../src/domain/events.js';
import { settleReservation } from '../../../src/domain/processes/settle-reservation.js';
import type { UnitsReserved } from '../../../src/domain/stock/events.js';
import { atEveryCrashPoint } from '../../support/crash-points.js';
import { ledgerEvents, UnitBook } from '../../support/ledger-invariants.js';
import { contextOf, LedgerProcess, type SharedLog } from '../../support/ledger-process.js';

/** What the settler of the next process does with the reservations that were left behind. */
async function settleLeftOvers(process: LedgerProcess, log: SharedLog): Promise<void> {
  const events = await ledgerEvents(log.store);
  for (const reservationId of UnitBook.of(events).reserved.keys()) {
    const { sku, demand } = reservationOf(events, reservationId);
    if (demand.kind === 'transfer') throw new RangeError('a transfer reserves nothing');
    const { merchantId, orderNo } = demand;
    await settleReservation(process.open.ledger, { sku, reservationId, merchantId, orderNo }, contextOf());
  }
}

function reservationOf(events: readonly LedgerEvent[], reservationId: string): UnitsReserved['payload'] {
  const found = events.find(
    (event) => event.type === 'UnitsReserved' && event.payload.reservationId === reservationId,
  );
  if (found?.type !== 'UnitsReserved') throw new RangeError(`${reservationId} was never made`);
  return found.payload;
}

const stocked = (process: LedgerProcess): Promise<void> => process.stock();

describe('an issue whose process dies between its steps', () => {
  const issue = (process: LedgerProcess): Promise<unknown> => process.issue('O-1', 2, { commandId: 'issue' });

  test('is carried on by the same command, once', async () => {
    const points = await atEveryCrashPoint(stocked, issue, async (log) => {
      const next = await LedgerProcess.start(log);
      const { answer } = await next.issue('O-1', 2, { commandId: 'issue' });
      expect(answer.outcome).toBe('fulfilled');
      await settleLeftOvers(next, log);
      const book = UnitBook.of(await ledgerEvents(log.store));
      expect([...book.orders]).toEqual([['O-1', 2]]);
      expect([book.held.size, book.reserved.size, book.issued.size]).toEqual([3, 0, 2]);
    });
    expect(points).toBe(2);
  });

  test('is settled when nobody asks again: fulfilled, or as if it had never been', async () => {
    await atEveryCrashPoint(stocked, issue, async (log) => {
      const next = await LedgerProcess.start(log);
      await settleLeftOvers(next, log);
      const book = UnitBook.of(await ledgerEvents(log.store));
      expect(book.reserved.size).toBe(0);
      expect(book.held.size).toBe(book.orders.size === 1 ? 3 : 5);
    });
  });

  test('leaves the number free for another body unless it was used up', async () => {
    await atEveryCrashPoint(stocked, issue, async (log, crash) => {
      const next = await LedgerProcess.start(log);
      const other = next.issue('O-1', 3);
      if (crash === 'after append 2') await expect(other).rejects.toMatchObject({ code: 'order_conflict' });
      else expect((await other).answer.outcome).toBe('fulfilled');
      await settleLeftOvers(next, log);
      const book = UnitBook.of(await ledgerEvents(log.store));
      expect(book.held.size + book.issued.size).toBe(5);
      expect(book.reserved.size).toBe(0);
    });
  });
});

describe('a replacement whose process dies between its steps', () => {
  const sold = async (process: LedgerProcess): Promise<void> => {
    await process.stock();
    await process.issue('O-1', 2);
    await process.open.ledger.flushRiders();
  };
  const replace = (process: LedgerProcess): Promise<unknown> =>
    process.refund('R-1', 'O-1', [2, 1], { commandId: 'replace' });

  test('is carried on by the same command, once', async () => {
    const points = await atEveryCrashPoint(sold, replace, async (log) => {
      const next = await LedgerProcess.start(log);
      const { answer } = await next.refund('R-1', 'O-1', [2, 1], { commandId: 'replace' });
      expect(answer.outcome).toBe('completed');
      await settleLeftOvers(next, log);
      const book = UnitBook.of(await ledgerEvents(log.store));
      expect([book.held.size, book.reserved.size, book.issued.size]).toEqual([1, 0, 4]);
      expect([...book.refunds]).toEqual(['R-1']);
    });
    expect(points).toBe(4);
  });

  test('is ended by another body of its number, which is then refused or made in its place', async () => {
    await atEveryCrashPoint(sold, replace, async (log, crash) => {
      const next = await LedgerProcess.start(log);
      const other = next.refund('R-1', 'O-1', [1], { remedy: 'refund' });
      if (crash === 'before append 1') expect((await other).answer.outcome).toBe('completed');
      else await expect(other).rejects.toMatchObject({ code: 'refund_conflict' });
      await settleLeftOvers(next, log);
      const book = UnitBook.of(await ledgerEvents(log.store));
      expect(book.reserved.size).toBe(0);
      expect([...book.refunds]).toEqual(['R-1']);
    });
  });
});

describe('an import whose process dies between its steps', () => {
  const keys = Array.from({ length: 510 }, (_, index) => `KEY-${index}`);
  const ordered = async (process: LedgerProcess): Promise<void> => {
    await process.define('SKU-1');
    await process.place('PO-1', 'SKU-1', keys.length);
  };
  const receive = (process: LedgerProcess): Promise<unknown> =>
    process.receive('LOT-1', 'PO-1', 'SKU-1', keys, 'receive');

  test('is carried on by the same file, and every key is known and held once', async () => {
    const points = await atEveryCrashPoint(ordered, receive, async (log) => {
      const next = await LedgerProcess.start(log);
      const { answer } = await next.receive('LOT-1', 'PO-1', 'SKU-1', keys, 'receive');
      expect(answer.counts).toMatchObject({ lines: 510, accepted: 510, duplicateInLedger: 0 });
      const book = UnitBook.of(await ledgerEvents(log.store));
      expect([book.held.size, book.fingerprints.size, book.receivedByOrders]).toEqual([510, 510, 510]);
    });
    expect(points).toBe(7);
  });

  test('is carried on by another command with the same file, or known as received', async () => {
    await atEveryCrashPoint(ordered, receive, async (log, crash) => {
      const next = await LedgerProcess.start(log);
      const again = next.receive('LOT-1', 'PO-1', 'SKU-1', keys, 'another');
      const completed = /append 7|after append 6/.test(crash);
      if (completed) await expect(again).rejects.toMatchObject({ code: 'duplicate_lot' });
      else expect((await again).answer.counts.accepted).toBe(510);
      const book = UnitBook.of(await ledgerEvents(log.store));
      expect([book.fingerprints.size, book.receivedByOrders]).toEqual([510, 510]);
    });
  });
});
