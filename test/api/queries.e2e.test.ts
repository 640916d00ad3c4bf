import { at, listOf, RunningService, textOf, type Json } from './support/running-service.js';
import { done, issue, openStockedShop } from './support/trade.js';

describe('questions over HTTP', () => {
  let service: RunningService;
  /** Of the last thing that happened. */
  let position: string;

  beforeAll(async () => {
    service = await RunningService.start();
    await openStockedShop(service);
    for (let order = 1; order <= 3; order += 1) done(await issue(service, `O-${order}`, { quantity: order }));
    const body = { refundNo: 'R-1', units: [1], reason: 'goodwill', remedy: 'refund' };
    done(await service.post('/v1/merchants/M-1/orders/O-2/refunds', body));
    const replaced = { refundNo: '=R-2', units: [1, 3], reason: 'bad_key', remedy: 'replace' };
    done(await service.post('/v1/merchants/M-1/orders/O-3/refunds', replaced));
    // Confirmations ride with the stock's next append.
    const moved = { sku: 'SKU-1', from: 'main', to: 'vip', quantity: 1 };
    position = textOf(at(done(await service.post('/v1/transfers', moved)).json, 'position'));
  });

  afterAll(() => service.stop());

  const ask = async (path: string): Promise<Json> => {
    const separator = path.includes('?') ? '&' : '?';
    return done(await service.get(`${path}${separator}minPosition=${position}`)).json;
  };

  it('count stock by what became of it', async () => {
    const data = at(await ask('/v1/inventory'), 'data');
    expect(at(data, 'skus')).toMatchObject([
      { sku: 'SKU-1', received: 10, issued: 5, void: 3, available: 2 },
    ]);
    expect(at(data, 'pools')).toMatchObject([
      { pool: 'main', available: 1 },
      { pool: 'vip', available: 1 },
    ]);
    const one = await ask('/v1/inventory/SKU-1');
    expect(at(one, 'data', 'layers')).toMatchObject([{ lotId: 'LOT-1', units: 2, cost: '2.500000' }]);
  });

  it.each([
    ['sku', 'SKU-1'],
    ['lot', 'LOT-1'],
    ['supplier', 'SUP-1'],
    ['merchant', 'M-1'],
  ])('add costs up by %s', async (by, key) => {
    const costs = await ask(`/v1/costs?by=${by}`);
    expect(at(costs, 'data')).toMatchObject([{ key, currency: 'CNY', revenue: '12.500000' }]);
    expect(at(await ask(`/v1/costs?by=${by}&key=${key}`), 'data')).toEqual(at(costs, 'data'));
  });

  it('add costs up by business day', async () => {
    const costs = await ask('/v1/costs?by=day&from=2020-01-01&to=2030-01-01');
    expect(at(costs, 'data')).toMatchObject([{ key: null, revenue: '12.500000' }]);
  });

  it('trace an order back to its source and a source forward to its orders', async () => {
    const traced = await ask('/v1/merchants/M-1/orders/O-3/trace');
    expect(
      (at(traced, 'data') as Json[]).map((row) => [
        at(row, 'unit'),
        at(row, 'role'),
        at(row, 'keyId'),
        at(row, 'state'),
      ]),
    ).toEqual([
      [1, 'issued', 'LOT-1-000004', 'void'],
      [1, 'replacement', 'LOT-1-000007', 'issued'],
      [2, 'issued', 'LOT-1-000005', 'issued'],
      [3, 'issued', 'LOT-1-000006', 'void'],
      [3, 'replacement', 'LOT-1-000008', 'issued'],
    ]);
    for (const source of ['supplier=SUP-1', 'authorisation=AUTH-1', 'purchaseOrder=PO-1', 'lot=LOT-1']) {
      const forward = await ask(`/v1/trace/forward?${source}`);
      expect(at(forward, 'data', 'reach')).toMatchObject({
        lots: 1,
        keysReceived: 10,
        keysIssued: 8,
        orders: 3,
      });
    }
  });

  it('tell a key’s story with the event behind each turn, and no engine’s position in clear', async () => {
    expect(at(await ask('/v1/keys/LOT-1-000004'), 'data')).toMatchObject({
      state: 'void',
      lotId: 'LOT-1',
      fileLine: 4,
    });
    const timeline = listOf(at(await ask('/v1/keys/LOT-1-000004/timeline'), 'data'));
    expect(timeline.map((movement) => at(movement, 'kind'))).toEqual(['received', 'issued', 'replaced']);
    expect(timeline.map((movement) => typeof at(movement, 'position'))).toEqual([
      'string',
      'string',
      'string',
    ]);
  });

  it('show purchase orders with what is open, lots, and receipts', async () => {
    expect(at(await ask('/v1/purchase-orders/PO-1'), 'data', 'lines')).toMatchObject([
      { quantity: 100, open: 90 },
    ]);
    expect(at(await ask('/v1/purchase-orders?supplier=SUP-1'), 'data')).toHaveLength(1);
    expect(at(await ask('/v1/lots/LOT-1'), 'data')).toMatchObject({
      lot: { poId: 'PO-1' },
      stock: { received: 10 },
    });
    expect(at(await ask('/v1/imports'), 'data')).toMatchObject([{ lotId: 'LOT-1', accepted: 10 }]);
  });

  it('give the whole report, as of now where no pack was loaded', async () => {
    const report = at(await ask('/v1/report?at=2026-01-01T00:00:00Z'), 'data');
    expect(report).toMatchObject({ asOf: '2026-01-01T00:00:00.000Z', replayed: 0, refusals: [] });
    expect(at(report, 'skus')).toMatchObject([{ sku: 'SKU-1', revenue: '12.500000' }]);
    expect((await service.get('/v1/loads')).status).toBe(404);
  });

  describe('lists', () => {
    it('page through orders with totals that come to the cost model’s', async () => {
      const first = await ask('/v1/orders?merchant=M-1&limit=2');
      const second = await ask(`/v1/orders?merchant=M-1&limit=2&cursor=${textOf(at(first, 'next'))}`);
      expect([first, second].map((page) => at(page, 'totals'))).toEqual([
        [{ rows: 2, amount: '7.500000', currency: 'CNY' }],
        [{ rows: 1, amount: '7.500000', currency: 'CNY' }],
      ]);
      expect(at(second, 'next')).toBeNull();
      const refunds = await ask('/v1/refunds?merchant=M-1');
      // 15.0 for all places less 2.5 paid back is the revenue of 12.5 above.
      expect(at(refunds, 'totals')).toEqual([{ rows: 2, amount: '2.500000', currency: 'CNY' }]);
    });

    it('write CSV with totals, safe from formulas', async () => {
      const orders = await service.get('/v1/orders?merchant=M-1', { accept: 'text/csv' });
      expect(orders.headers.get('content-type')).toContain('text/csv');
      const lines = orders.text.split('\r\n');
      expect(lines[0]).toBe(
        'occurredAt,merchantId,orderNo,sku,pool,quantity,unitPrice,eventId,sequence,total,currency',
      );
      expect(lines.at(-2)).toBe(',,,,,,,total,3,15.000000,CNY');
      const refunds = await service.get('/v1/refunds', { accept: 'application/json;q=0.5, text/csv' });
      expect(refunds.text).toContain(",'=R-2,");
      expect(refunds.text.split('\r\n').at(-2)).toMatch(/,total,2,2\.500000,CNY$/);
    });

    it('take periods', async () => {
      expect(at(await ask('/v1/orders?until=2020-01-01T00:00:00Z'), 'data')).toEqual([]);
      expect(at(await ask('/v1/orders?from=2020-01-01T00:00:00Z'), 'data')).toHaveLength(3);
    });
  });

  describe('as of', () => {
    it('a sequence or a recorded time, the ledger is what it was then', async () => {
      const [first, second] = listOf(at(await ask('/v1/orders'), 'data'));
      const bySequence = await ask(`/v1/inventory?asOf=sequence:${String(at(first, 'sequence'))}`);
      expect(at(bySequence, 'data', 'skus')).toMatchObject([{ issued: 1, void: 0 }]);
      expect(at(bySequence, 'ledger', 'sequence')).toBe(at(first, 'sequence'));
      const byTime = await ask(`/v1/inventory?asOf=${textOf(at(first, 'recordedAt'))}`);
      expect(at(byTime, 'data', 'skus')).toMatchObject([{ issued: 1 }]);
      expect(at(byTime, 'ledger', 'sequence')).toBeLessThan(at(second, 'sequence') as number);
      expect(at(await ask('/v1/inventory?asOf=2020-01-01T00:00:00Z'), 'data', 'skus')).toEqual([]);
    });

    it('an unknown sequence, the answer is 503 and says how far the ledger is known', async () => {
      const reply = await service.get('/v1/inventory?asOf=sequence:999999');
      expect([reply.status, at(reply.json, 'code')]).toEqual([503, 'read_model_behind']);
      expect(reply.headers.get('retry-after')).toBe('1');
    });

    it('what had happened by then, only that counts', async () => {
      const stock = await ask('/v1/inventory?occurredUntil=2020-01-01T00:00:00Z');
      expect(at(stock, 'data', 'pools')).toEqual([]);
    });
  });

  it('say in body and headers how much of the ledger they know', async () => {
    const reply = await service.get(`/v1/inventory?minPosition=${position}`);
    expect(reply.headers.get('sourcebook-sequence')).toBe(String(at(reply.json, 'ledger', 'sequence')));
    expect(reply.headers.get('sourcebook-position')).toBe(at(reply.json, 'ledger', 'position'));
    expect(at(reply.json, 'ledger', 'stopped')).toEqual([]);
  });

  it('of what is not known are problems of 404', async () => {
    const paths = ['inventory/X', 'keys/X-000001', 'keys/X-000001/timeline', 'purchase-orders/X', 'lots/X'];
    for (const path of [...paths, 'merchants/M-1/orders/X', 'merchants/M-1/orders/X/trace']) {
      const reply = await service.get(`/v1/${path}`);
      expect([path, reply.status, at(reply.json, 'code')]).toEqual([path, 404, 'not_found']);
    }
  });

  it.each([
    ['/v1/inventory?minPosition=nonsense', 'minPosition'],
    ['/v1/inventory?asOf=yesterday', 'asOf'],
    ['/v1/inventory?asOf=2026-01-01', 'asOf'],
    ['/v1/inventory?colour=red', 'colour'],
    ['/v1/orders?limit=1001', 'limit'],
    ['/v1/orders?limit=1&limit=2', 'limit'],
    ['/v1/costs', 'by'],
    ['/v1/costs?by=day&from=2026-02-30&to=2026-03-01', 'from'],
    ['/v1/costs?by=day&from=2026-01-01&to=2096-03-01', 'to'],
    ['/v1/trace/forward', 'source'],
    ['/v1/trace/forward?lot=A&supplier=B', 'source'],
    ['/v1/events?after=7', 'after'],
  ])('are refused with the parameter’s fault: %s', async (path, field) => {
    const reply = await service.get(path);
    expect([reply.status, at(reply.json, 'faults')]).toMatchObject([400, [{ field }]]);
  });

  it('refuse a cursor that no page ended with', async () => {
    expect(at((await service.get('/v1/orders?cursor=x')).json, 'code')).toBe('unknown_cursor');
  });
});

describe('a read model that does not come along', () => {
  it('is waited for no longer than bounded, then the answer is 504', async () => {
    const service = await RunningService.start();
    try {
      const { json: added } = done(
        await service.post('/v1/suppliers', { supplierId: 'S', name: 'S', kind: 'x' }),
      );
      const far = Buffer.from('p1.zzzzz').toString('base64url');
      const known = service.get(`/v1/inventory?minPosition=${textOf(at(added, 'position'))}`);
      const unknown = service.get(`/v1/inventory?minPosition=${far}`);
      expect((await known).status).toBe(200);
      expect([(await unknown).status, at((await unknown).json, 'code')]).toEqual([
        504,
        'position_not_reached',
      ]);
    } finally {
      await service.stop();
    }
  });

  it('and has stopped, is named by health, by status and by every answer of it', async () => {
    const service = await RunningService.start();
    try {
      done(await service.post('/v1/suppliers', { supplierId: 'S', name: 'S', kind: 'x' }));
      const { json } = done(await service.post('/v1/products', product));
      expect((await service.get(`/v1/inventory?minPosition=${textOf(at(json, 'position'))}`)).status).toBe(
        200,
      );

      await appendPoison(service);

      const answer = await service.get(`/v1/inventory?minPosition=${await headToken(service)}`);
      expect([answer.status, at(answer.json, 'code')]).toEqual([503, 'read_model_stopped']);
      const still = await service.get('/v1/inventory');
      expect(at(still.json, 'ledger', 'stopped')).toMatchObject([{ model: 'inventory' }]);
      expect(still.headers.get('sourcebook-stopped')).toBe('inventory');
      const ready = await service.get('/health/ready');
      expect([ready.status, at(ready.json, 'ready')]).toEqual([503, false]);
      expect((await service.get('/health/live')).status).toBe(200);
    } finally {
      await service.stop();
    }
  });
});

const product = {
  sku: 'SKU-1',
  name: 'Card',
  category: '',
  productClass: '',
  fulfilment: '',
  faceValue: '1',
  currency: 'CNY',
};

/** An event that no program of this version wrote: every read model stops at it. */
async function appendPoison({ open }: RunningService): Promise<void> {
  const stream = open.ledger.streamOf('order', ['poison', '1']);
  const metadata = {
    schemaVersion: 99,
    occurredAt: '2026-01-01T00:00:00Z',
    recordedAt: '2026-01-01T00:00:00Z',
  };
  const event = {
    eventId: '00000000-0000-4000-8000-000000000001',
    type: 'SomethingNew',
    data: '{}',
    metadata: JSON.stringify(metadata),
  };
  await open.store.append(stream, -1, [event]);
}

async function headToken({ open }: RunningService): Promise<string> {
  const { positionToken } = await import('../../src/api/http/position-token.js');
  return positionToken(await open.store.head());
}
