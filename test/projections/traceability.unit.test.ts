import { instantOf } from '../../src/domain/shared/time.js';
import { UnknownCursor } from '../../src/projections/shared/page.js';
import { BuiltModels } from '../support/built-models.js';
import { ToyLedger } from '../support/toy-ledger/toy-ledger.js';

const AT = '2026-09-01T00:00:00Z';
const LATER = '2026-09-02T00:00:00Z';

/** Two lots of ten keys on one purchase order, the second of SUP-2, and some of what can happen to keys. */
function story(): ToyLedger {
  const ledger = new ToyLedger(4);
  ledger.supplier(AT, 'SUP-1');
  ledger.supplier(AT, 'SUP-2');
  ledger.product(AT, 'SKU-A');
  for (const merchantId of ['MER-1', 'MER-2']) ledger.merchant(AT, merchantId);
  for (const number of [1, 2]) {
    ledger.grant(AT, `AUTH-${number}`, `SUP-${number}`, { skus: ['SKU-A'], validFrom: AT, validTo: null });
    const accepted = Array.from({ length: 10 }, (_, index) => ({ line: 2 * index + 1, expiresOn: null }));
    const counts = {
      lines: 20,
      header: 0,
      blank: 4,
      accepted: 10,
      duplicateInFile: 3,
      duplicateInLedger: 2,
      malformed: 1,
    };
    const file = { name: `keys/${number}.txt`, sha256: `sha-${number}`, sizeBytes: 100, counts, accepted };
    ledger.placeOrder(AT, `PO-${number}`, `SUP-${number}`, [{ sku: 'SKU-A', quantity: 12, unitCost: '1.5' }]);
    ledger.receive(AT, `LOT-${number}`, `PO-${number}`, { sku: 'SKU-A', expiresAt: null, file });
  }
  ledger.transfer(AT, 'SKU-A', { from: 'main', to: 'shop', quantity: 4 });
  ledger.issue(AT, 'MER-1', 'O-1', { sku: 'SKU-A', quantity: 8, unitPrice: '2' });
  ledger.issue(LATER, 'MER-2', 'O-1', { sku: 'SKU-A', quantity: 2, unitPrice: '3', pool: 'shop' });
  ledger.refund(LATER, 'MER-1', 'R-1', {
    orderNo: 'O-1',
    units: [2, 1],
    reason: 'bad_key',
    remedy: 'replace',
  });
  ledger.refund(LATER, 'MER-1', 'R-2', { orderNo: 'O-1', units: [2], reason: 'goodwill', remedy: 'refund' });
  ledger.quarantine(LATER, 'LOT-1', true);
  ledger.quarantine(LATER, 'LOT-1', false);
  ledger.remove(LATER, 'LOT-1', 1, 'writtenOff');
  const key = { place: 1, lotId: 'LOT-2', serial: 4 };
  ledger.told.tell(
    ['order', 'MER-1', 'O-1'],
    'KeysRevealed',
    { merchantId: 'MER-1', orderNo: 'O-1', purpose: 'delivery', keys: [key] },
    { occurredAt: LATER },
  );
  return ledger;
}

describe('traceability', () => {
  const { told } = story();
  const models = new BuiltModels().apply(told.stored);
  const { traceability } = models.queries;
  const sequenceOf = (type: string) => told.stored.findIndex((stored) => stored.type === type) + 1;

  afterAll(() => models.close());

  it('an order leads back from each place to every key that it ever had', () => {
    const rows = traceability.traceOrder({}, 'MER-1', 'O-1');
    expect(
      rows?.slice(0, 5).map(({ unit, role, keyId, state, fileLine }) => [unit, role, keyId, state, fileLine]),
    ).toEqual([
      [1, 'issued', 'LOT-1-000005', 'void', 9],
      [1, 'replacement', 'LOT-2-000004', 'issued', 7],
      [2, 'issued', 'LOT-1-000006', 'void', 11],
      [2, 'replacement', 'LOT-2-000003', 'void', 5],
      [3, 'issued', 'LOT-1-000007', 'issued', 13],
    ]);
    expect(traceability.traceOrder({}, 'MER-1', 'O-1', 2)).toEqual(rows?.slice(2, 4));
    expect(traceability.traceOrder({}, 'MER-2', 'O-9')).toBeUndefined();
  });

  it('a key has its whole timeline, each step with its event', () => {
    const steps = traceability.timeline({}, 'LOT-1-000001');
    expect(steps?.map(({ kind, pool, order }) => [kind, pool, order?.unit ?? null])).toEqual([
      ['received', 'main', null],
      ['moved', 'shop', null],
      ['issued', null, 1],
      ['quarantined', null, null],
      ['released', null, null],
    ]);
    expect(steps?.[2]).toMatchObject({
      sequence: told.stored.findLastIndex(({ type }) => type === 'OrderFulfilled') + 1,
      actor: 'tester',
      occurredAt: LATER,
      authorisationId: 'AUTH-1',
    });
    expect(
      traceability
        .timeline({}, 'LOT-2-000003')
        ?.map(({ kind, refundNo, reason }) => [kind, refundNo, reason]),
    ).toEqual([
      ['received', null, null],
      ['issued', 'R-1', null],
      ['refunded', 'R-2', 'goodwill'],
    ]);
    expect(traceability.timeline({}, 'LOT-2-000004')?.at(-1)).toMatchObject({
      kind: 'revealed',
      reason: 'delivery',
      order: { merchantId: 'MER-1', orderNo: 'O-1', unit: 1, role: 'replacement' },
    });
    expect(traceability.timeline({}, 'LOT-1-000003')?.at(-1)).toMatchObject({ kind: 'writtenOff' });
  });

  it.each(['LOT-1-000011', 'LOT-9-000001', 'LOT-1-1', 'nonsense'])('%s is no key of the ledger', (id) => {
    expect(traceability.timeline({}, id)).toBeUndefined();
    expect(traceability.traceKey({ at: instantOf(AT) }, id)).toBeUndefined();
  });

  it('a purchase order shows what is open; only a cancelled receipt opens a line again', () => {
    const line = (sequence: number) => traceability.purchaseOrder({ sequence }, 'PO-1')?.lines[0];
    const receipt = sequenceOf('LotReceiptRecorded');
    expect(line(receipt - 1)).toMatchObject({ quantity: 12, received: 0, open: 12 });
    expect(line(told.stored.length)).toMatchObject({ received: 10, open: 2 });
    const cancelled = {
      poId: 'PO-1',
      lotId: 'LOT-1',
      sku: 'SKU-A',
      attempt: 'attempt-1',
      accepted: 10,
      reason: 'stale',
    };
    const more = story();
    more.told.tell(['po', 'PO-1'], 'LotReceiptCancelled', cancelled, { occurredAt: LATER });
    const other = new BuiltModels().apply(more.told.stored);
    expect(other.queries.traceability.purchaseOrder({}, 'PO-1')?.lines[0]).toMatchObject({
      received: 0,
      open: 12,
    });
    other.close();
  });

  it.each([
    ['supplier', 'SUP-2', ['LOT-2'], { orders: 1, keysIssued: 4 }],
    ['authorisation', 'AUTH-1', ['LOT-1'], { orders: 2, keysIssued: 8 }],
    ['purchaseOrder', 'PO-1', ['LOT-1'], { orders: 2, keysIssued: 8 }],
    ['lot', 'LOT-1', ['LOT-1'], { orders: 2, keysIssued: 8 }],
    ['keyFile', 'sha-2', ['LOT-2'], { orders: 1, keysIssued: 4 }],
    ['keyFile', 'sha-9', [], { orders: 0, keysIssued: 0 }],
  ] as const)('from %s %s forward to lots, keys and orders', (kind, id, lotIds, reach) => {
    const source = { kind, id };
    expect(traceability.lots({}, {}, source).rows.map(({ lotId }) => lotId)).toEqual(lotIds);
    const issued = traceability.forward({}, source, {}).rows;
    expect(issued.reduce((sum, { count }) => sum + count, 0)).toBe(reach.keysIssued);
    expect(traceability.reach({}, source)).toMatchObject({
      lots: lotIds.length,
      keysReceived: lotIds.length * 10,
      ...reach,
    });
  });

  it('lists go on page by page without gap or double', () => {
    const pages = <Row>(
      list: (page: { limit: number; after?: string }) => { rows: readonly Row[]; next: string | null },
    ) => {
      const rows: Row[] = [];
      for (let after: string | undefined; ;) {
        const page = list({ limit: 1, ...(after === undefined ? {} : { after }) });
        rows.push(...page.rows);
        if (page.next === null) return rows;
        after = page.next;
      }
    };
    expect(pages((page) => traceability.orders({}, page)).map(({ merchantId }) => merchantId)).toEqual([
      'MER-1',
      'MER-2',
    ]);
    expect(
      pages((page) => traceability.refunds({}, page)).map(({ refundNo, total }) => [refundNo, total.amount]),
    ).toEqual([
      ['R-1', '0.000000'],
      ['R-2', '2.000000'],
    ]);
    expect(pages((page) => traceability.imports({}, page)).map(({ lotId }) => lotId)).toEqual([
      'LOT-1',
      'LOT-2',
    ]);
    expect(pages((page) => traceability.purchaseOrders({}, page))).toHaveLength(2);
    expect(pages((page) => traceability.forward({}, { kind: 'supplier', id: 'SUP-1' }, page))).toEqual(
      traceability.forward({}, { kind: 'supplier', id: 'SUP-1' }, {}).rows,
    );
    expect(() => traceability.orders({}, { after: 'x' })).toThrow(UnknownCursor);
    expect(() => traceability.orders({}, { limit: 1001 })).toThrow(RangeError);
  });

  it('a period holds its first moment and not its last', () => {
    const ordersOf = (from: string, until: string) =>
      traceability
        .orders({}, { from: instantOf(from), until: instantOf(until) })
        .rows.map(({ merchantId }) => merchantId);
    expect(ordersOf(AT, LATER)).toEqual(['MER-1']);
    expect(ordersOf(LATER, '2026-09-03T00:00:00Z')).toEqual(['MER-2']);
    expect(traceability.orders({}, { merchantId: 'MER-2', from: instantOf(AT) }).rows).toHaveLength(1);
  });

  it('an order shows its places as ranges, void keys beside those that took their place', () => {
    const order = traceability.order({}, 'MER-1', 'O-1');
    expect(order).toMatchObject({ quantity: 8, total: { amount: '16.000000', currency: 'CNY' } });
    expect(order?.units.at(-1)).toMatchObject({ firstPlace: 7, firstSerial: 1, count: 2, lotId: 'LOT-2' });
    expect(order?.refunds.map(({ refundNo, units }) => [refundNo, units])).toEqual([
      ['R-1', [2, 1]],
      ['R-2', [2]],
    ]);
  });
});
