import { instantOf } from '../../src/domain/shared/time.js';
import { BuiltModels } from '../support/built-models.js';
import { ToldEvents } from '../support/told-events.js';
import { ToyLedger } from '../support/toy-ledger/toy-ledger.js';

const AT = '2026-09-01T00:00:00Z';
const occurredAt = { occurredAt: AT };

function ledgerWith(...skus: string[]): ToyLedger {
  const ledger = new ToyLedger(500, 2);
  ledger.supplier(AT, 'SUP-1');
  ledger.merchant(AT, 'MER-1');
  for (const sku of skus) ledger.product(AT, sku);
  ledger.grant(AT, 'AUTH-1', 'SUP-1', { skus, validFrom: AT, validTo: '2026-10-01T00:00:00Z' });
  return ledger;
}

function receive(
  ledger: ToyLedger,
  lotId: string,
  days: readonly (string | null)[],
  expiresAt: string | null = null,
): void {
  const accepted = days.map((expiresOn, index) => ({ line: index + 1, expiresOn }));
  const none = { header: 0, blank: 0, duplicateInFile: 0, duplicateInLedger: 0, malformed: 0 };
  const counts = { lines: days.length, accepted: days.length, ...none };
  const file = { name: 'keys.txt', sha256: 'ab', sizeBytes: 1, counts, accepted };
  ledger.placeOrder(AT, `PO-${lotId}`, 'SUP-1', [{ sku: 'SKU-A', quantity: days.length, unitCost: '1.5' }]);
  ledger.receive(AT, lotId, `PO-${lotId}`, { sku: 'SKU-A', expiresAt, file });
}

describe('inventory', () => {
  let models: BuiltModels;

  beforeEach(() => {
    models = new BuiltModels();
  });

  afterEach(() => models.close());

  const stock = (at: string, sequence?: number) => {
    const [sku] = models.queries.inventory.stockBySku(
      { at: instantOf(at), ...(sequence === undefined ? {} : { sequence }) },
      'SKU-A',
    );
    return sku;
  };

  it('a lot in several parts is held with its last part, not before', () => {
    const ledger = ledgerWith('SKU-A');
    receive(ledger, 'LOT-1', ['2026-09-10', '2026-09-11', '2026-09-10', null, '2026-09-12']);
    const parts = ledger.told.stored.filter(({ type }) => type === 'LotReceived');
    expect(parts).toHaveLength(3);
    models.apply(ledger.told.stored.slice(0, -1));
    expect(stock(AT)?.received).toBe(0);
    models.apply(ledger.told.stored.slice(-1));
    expect(stock(AT)).toMatchObject({ received: 5, available: 5 });
  });

  it('a held unit counts under the first of quarantined, expired, unauthorised', () => {
    const ledger = ledgerWith('SKU-A');
    receive(ledger, 'LOT-1', ['2026-09-10', null], '2026-10-05T00:00:00Z');
    models.apply(ledger.told.stored);
    expect(stock('2026-09-10T15:59:59Z')).toMatchObject({ available: 2 });
    expect(stock('2026-09-10T16:00:00Z')).toMatchObject({ available: 1, expired: 1 });
    expect(stock('2026-10-01T00:00:00Z')).toMatchObject({ unauthorised: 1, expired: 1 });
    expect(stock('2026-10-05T00:00:00Z')).toMatchObject({ unauthorised: 0, expired: 2 });
    const before = models.sequence;
    ledger.quarantine(AT, 'LOT-1', true);
    models.apply(ledger.told.stored.slice(before));
    expect(stock('2026-10-05T00:00:00Z')).toMatchObject({ expired: 0, quarantined: 2 });
    expect(stock('2026-10-05T00:00:00Z', before)).toMatchObject({ expired: 2, quarantined: 0 });
  });

  it('a revocation counts from its moment on, and only once it is recorded', () => {
    const ledger = ledgerWith('SKU-A');
    receive(ledger, 'LOT-1', [null]);
    const before = ledger.told.stored.length;
    ledger.revoke('2026-09-05T00:00:00Z', 'AUTH-1');
    models.apply(ledger.told.stored);
    expect(stock('2026-09-04T23:59:59Z')).toMatchObject({ available: 1 });
    expect(stock('2026-09-05T00:00:00Z')).toMatchObject({ unauthorised: 1 });
    expect(stock('2026-09-05T00:00:00Z', before)).toMatchObject({ available: 1 });
  });

  it('about then, only what was granted and revoked by then counts, whenever it is judged', () => {
    const ledger = ledgerWith('SKU-A');
    receive(ledger, 'LOT-1', [null]);
    ledger.revoke('2026-09-05T00:00:00Z', 'AUTH-1');
    const again = { skus: ['SKU-A'], validFrom: AT, validTo: null };
    ledger.grant('2026-09-09T00:00:00Z', 'AUTH-2', 'SUP-1', again);
    models.apply(ledger.told.stored);
    const judged = instantOf('2026-09-20T00:00:00Z');
    for (const asked of [undefined, 'SKU-A']) {
      const about = (time: string) => {
        const occurredUntil = instantOf(time);
        return models.queries.inventory.stockBySku({ at: judged, occurredUntil }, asked)[0];
      };
      expect(about('2026-09-04T23:59:59Z')).toMatchObject({ available: 1 });
      expect(about('2026-09-05T00:00:00Z')).toMatchObject({ unauthorised: 1 });
      expect(about('2026-09-08T23:59:59Z')).toMatchObject({ unauthorised: 1 });
      expect(about('2026-09-09T00:00:00Z')).toMatchObject({ available: 1 });
    }
  });

  it('reserved units are still held; the order that names them issues them', () => {
    const ledger = ledgerWith('SKU-A');
    receive(ledger, 'LOT-1', [null, null]);
    ledger.issue(AT, 'MER-1', 'O-1', { sku: 'SKU-A', quantity: 1, unitPrice: '2' });
    const fulfilled = ledger.told.stored.findIndex(({ type }) => type === 'OrderFulfilled');
    models.apply(ledger.told.stored);
    expect(stock(AT, fulfilled)).toMatchObject({ available: 2, issued: 0 });
    expect(stock(AT, fulfilled + 1)).toMatchObject({ available: 1, issued: 1 });
  });

  it('lists every product, in code-point order, and pools only while they hold units', () => {
    const ledger = ledgerWith('\u{1F600}', '\uFF5E', 'SKU-A');
    receive(ledger, 'LOT-1', [null]);
    ledger.transfer(AT, 'SKU-A', { from: 'main', to: 'shop', quantity: 1 });
    models.apply(ledger.told.stored);
    const asOf = { at: instantOf(AT) };
    expect(models.queries.inventory.stockBySku(asOf).map(({ sku }) => sku)).toEqual([
      'SKU-A',
      '\uFF5E',
      '\u{1F600}',
    ]);
    expect(models.queries.inventory.pools(asOf)).toEqual([
      { sku: 'SKU-A', pool: 'shop', available: 1, unauthorised: 0, expired: 0, quarantined: 0 },
    ]);
    expect(models.queries.inventory.stockBySku(asOf, 'NONE')).toEqual([]);
  });
});

describe('moments', () => {
  it('as of a recorded time is the longest prefix in which nothing was recorded later', () => {
    const told = new ToldEvents();
    const recorded = ['10:00', '10:05', '10:02', '10:07', '10:06'];
    recorded.forEach((time, index) => {
      const payload = { merchantId: `MER-${index}`, name: '', channel: '' };
      told.tell(['merchant'], 'MerchantRegistered', payload, {
        ...occurredAt,
        recordedAt: `2026-09-01T${time}:00Z`,
      });
    });
    const models = new BuiltModels().apply(told.stored);
    const asOf = (time: string) => models.queries.moments.sequenceAsOf(instantOf(`2026-09-01T${time}:00Z`));
    expect(['09:59', '10:00', '10:02', '10:05', '10:06', '10:07', '11:00'].map(asOf)).toEqual([
      0, 1, 1, 3, 3, 5, 5,
    ]);
    models.close();
  });
});
