import { BuiltModels } from '../support/built-models.js';
import { ToldEvents } from '../support/told-events.js';

const money = (amount: string, currency = 'CNY') => ({ amount, currency });
const DAY_1 = { occurredAt: '2026-09-01T15:59:59Z' };
const DAY_2 = { occurredAt: '2026-09-01T16:00:00Z' };

function lot(told: ToldEvents, lotId: string, count: number, unitCost = money('10.000001')): void {
  const terms = {
    lotId,
    sku: 'SKU-A',
    poId: 'PO-1',
    supplierId: `SUP-${lotId}`,
    unitCost,
    lotExpiresAt: null,
  };
  const runs = [{ lotId, firstSerial: 1, count }];
  told.tell(
    ['stock'],
    'LotReceived',
    { ...terms, attempt: 'a', pool: 'main', part: 1, parts: 1, runs },
    DAY_1,
  );
}

function range(lotId: string, firstSerial: number, count: number, unitCost = money('10.000001')) {
  return { lotId, firstSerial, count, supplierId: `SUP-${lotId}`, authorisationId: 'AUTH-1', unitCost };
}

function order(
  told: ToldEvents,
  orderNo: string,
  units: ReturnType<typeof range>[],
  unitPrice: string,
): void {
  const quantity = units.reduce((sum, { count }) => sum + count, 0);
  const body = {
    merchantId: 'MER-1',
    orderNo,
    sku: 'SKU-A',
    pool: 'main',
    quantity,
    unitPrice: money(unitPrice),
  };
  told.tell(['order'], 'OrderFulfilled', { ...body, reservationId: 'r', units, saw: [] }, DAY_2);
}

function settle(
  told: ToldEvents,
  reason: 'bad_key' | 'goodwill',
  voided: ReturnType<typeof range>,
  replacement: ReturnType<typeof range> | null,
): void {
  const body = {
    merchantId: 'MER-1',
    orderNo: 'O-1',
    refundNo: 'R-1',
    sku: 'SKU-A',
    pool: 'main',
    unitPrice: money('12.500000'),
  };
  const remedy = replacement === null ? ('refund' as const) : ('replace' as const);
  told.tell(
    ['order'],
    'UnitsSettled',
    { ...body, reason, remedy, reservationId: null, places: [{ place: 1, voided, replacement }], saw: [] },
    DAY_2,
  );
}

describe('cost', () => {
  let told: ToldEvents;
  let models: BuiltModels;

  beforeEach(() => {
    told = new ToldEvents();
    models = new BuiltModels();
    lot(told, 'L1', 2);
    lot(told, 'L2', 3, money('20.000000'));
  });

  afterEach(() => models.close());

  /** Only the cost model: these stories have no imports, without which traceability would stop. */
  const build = () => models.apply(told.stored, { only: ['cost'] }).queries.cost;

  it('an issue moves cost from stock to cost of goods sold, and its price to revenue', () => {
    order(told, 'O-1', [range('L1', 1, 2), range('L2', 1, 1, money('20.000000'))], '12.500000');
    const [sku] = build().accountsOf('sku', 'SKU-A', {});
    expect(sku).toEqual({
      key: 'SKU-A',
      currency: 'CNY',
      onHandCost: '40.000000',
      costOfGoodsSold: '40.000002',
      revenue: '37.500000',
      margin: '-2.500002',
      supplierClaims: '0.000000',
      inventoryLosses: '0.000000',
      returnedToSupplier: '0.000000',
    });
    const revenueOf = (lotId: string) =>
      models.queries.cost.accountsOf('lot', lotId, {}).map(({ revenue }) => revenue);
    expect([revenueOf('L1'), revenueOf('L2')]).toEqual([['25.000000'], ['12.500000']]);
  });

  it.each([
    ['bad_key', false, { costOfGoodsSold: '0.000000', supplierClaims: '10.000001', revenue: '0.000000' }],
    ['goodwill', false, { costOfGoodsSold: '10.000001', supplierClaims: '0.000000', revenue: '0.000000' }],
    ['bad_key', true, { costOfGoodsSold: '20.000000', supplierClaims: '10.000001', revenue: '12.500000' }],
    ['goodwill', true, { costOfGoodsSold: '30.000001', supplierClaims: '0.000000', revenue: '12.500000' }],
  ] as const)('a refund for %s, replaced: %s', (reason, replaced, expected) => {
    order(told, 'O-1', [range('L1', 1, 1)], '12.500000');
    settle(told, reason, range('L1', 1, 1), replaced ? range('L2', 1, 1, money('20.000000')) : null);
    expect(build().accountsOf('merchant', 'MER-1', {})).toMatchObject([expected]);
  });

  it('write-offs are losses and returns go back at cost, whatever their pools', () => {
    const pooled = (firstSerial: number, pool: string) => ({ lotId: 'L2', firstSerial, count: 1, pool });
    const body = { lotId: 'L2', sku: 'SKU-A', reason: null };
    told.tell(
      ['stock'],
      'UnitsWrittenOff',
      { ...body, quantity: 2, units: [pooled(1, 'main'), pooled(2, 'shop')] },
      DAY_2,
    );
    told.tell(['stock'], 'UnitsReturned', { ...body, quantity: 1, units: [pooled(3, 'main')] }, DAY_2);
    expect(build().accountsOf('lot', 'L2', {})).toMatchObject([
      { onHandCost: '0.000000', inventoryLosses: '40.000000', returnedToSupplier: '20.000000' },
    ]);
  });

  it('amounts beyond 64 bits are exact', () => {
    lot(told, 'L3', 1000, money('999999999999.999999'));
    order(told, 'O-2', [range('L3', 1, 1000, money('999999999999.999999'))], '999999999999.999999');
    expect(build().accountsOf('lot', 'L3', {})).toMatchObject([
      {
        costOfGoodsSold: '999999999999999.999000',
        revenue: '999999999999999.999000',
        onHandCost: '0.000000',
      },
    ]);
  });

  it('currencies are never added up', () => {
    lot(told, 'L3', 1, money('7.000000', 'USD'));
    expect(build().accountsOf('sku', 'SKU-A', {})).toMatchObject([
      { currency: 'CNY', onHandCost: '80.000002' },
      { currency: 'USD', onHandCost: '7.000000' },
    ]);
  });

  it('layers are the lots that still hold units, first in first out', () => {
    order(told, 'O-1', [range('L1', 1, 2)], '12.500000');
    const before = told.stored.length - 1;
    const cost = build();
    expect(cost.layers('SKU-A', {})).toMatchObject([
      { lotId: 'L2', units: 3, unitCost: '20.000000', cost: '60.000000' },
    ]);
    expect(cost.layers('SKU-A', { sequence: before })).toMatchObject([
      { lotId: 'L1', units: 2 },
      { lotId: 'L2' },
    ]);
  });

  it('a day is the business day at +08:00', () => {
    order(told, 'O-1', [range('L1', 1, 1)], '12.500000');
    const cost = build();
    expect(cost.days({ from: '2026-09-01', to: '2026-09-30' }, {})).toMatchObject([
      { day: '2026-09-01', key: null, onHandCost: '80.000002', revenue: '0.000000' },
      { day: '2026-09-02', key: null, onHandCost: '-10.000001', revenue: '12.500000' },
    ]);
    const ofMerchant = { dimension: 'merchant', key: 'MER-1' } as const;
    expect(cost.days({ of: ofMerchant, from: '2026-09-01', to: '2026-09-30' }, {})).toMatchObject([
      { day: '2026-09-02', key: 'MER-1', revenue: '12.500000' },
    ]);
    expect(() => cost.days({ from: '2026-09-02', to: '2026-09-01' }, {})).toThrow(RangeError);
  });

  it('pages go through all keys once', () => {
    for (let index = 3; index < 20; index += 1) lot(told, `L${index}`, 1);
    const cost = build();
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = cost.accountsBy('lot', {}, { limit: 4, ...(after === null ? {} : { after }) });
      seen.push(...page.rows.map(({ key }) => key));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toHaveLength(19);
    expect(() => cost.accountsBy('lot', {}, { after: 'nonsense' })).toThrow('no cursor');
  });
});
