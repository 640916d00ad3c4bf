import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, RunningService, textOf } from './support/running-service.js';
import { done, issue, keyFile, openShop, openStockedShop, receiveLot } from './support/trade.js';

describe('commands over HTTP', () => {
  let service: RunningService;

  beforeEach(async () => {
    service = await RunningService.start();
  });

  afterEach(() => service.stop());

  describe('the way from a supplier to a refund', () => {
    it('records each step with 201, its facts and the position it reached', async () => {
      await openStockedShop(service);

      const issued = await issue(service, 'O-1', { quantity: 2 });
      expect(issued.status).toBe(201);
      expect(issued.json).toMatchObject({
        merchantId: 'M-1',
        orderNo: 'O-1',
        units: [{ lotId: 'LOT-1', firstSerial: 1, count: 2, supplierId: 'SUP-1', authorisationId: 'AUTH-1' }],
        recalled: false,
      });
      expect(issued.headers.get('sourcebook-position')).toBe(at(issued.json, 'position'));

      const refunded = await service.post('/v1/merchants/M-1/orders/O-1/refunds', {
        refundNo: 'R-1',
        units: [2],
        reason: 'bad_key',
        remedy: 'replace',
      });
      expect([refunded.status, at(refunded.json, 'recalled')]).toEqual([201, false]);

      const order = await service.get('/v1/merchants/M-1/orders/O-1');
      expect(at(order.json, 'units')).toMatchObject([{ keyId: 'LOT-1-000001' }, { keyId: 'LOT-1-000003' }]);
      expect(at(order.json, 'refundNos')).toEqual(['R-1']);
    });

    it('moves, quarantines, releases, writes off and returns stock', async () => {
      await openStockedShop(service);

      const moved = await service.post('/v1/transfers', {
        sku: 'SKU-1',
        from: 'main',
        to: 'vip',
        quantity: 3,
      });
      const held = await service.post('/v1/lots/LOT-1/quarantine', { reason: 'odd' });
      const again = await service.post('/v1/lots/LOT-1/quarantine', {});
      const freed = await service.post('/v1/lots/LOT-1/release', {});
      const lost = await service.post('/v1/lots/LOT-1/write-offs', { quantity: 1 });
      const returned = await service.post('/v1/lots/LOT-1/returns', { quantity: 1, reason: 'recall' });
      const revoked = await service.post('/v1/authorisations/AUTH-1/revocation', {});

      expect([moved, held, freed, lost, returned, revoked].map(({ status }) => status)).toEqual(
        new Array(6).fill(201),
      );
      expect([again.status, at(again.json, 'code')]).toEqual([409, 'already_quarantined']);
      expect(at((await issue(service, 'O-1')).json, 'code')).toBe('unauthorised_source');
    });

    it('takes identifiers percent-encoded in the path', async () => {
      await openStockedShop(service);
      done(await service.post('/v1/merchants', { merchantId: '商户/一 %', name: 'Shop', channel: '' }));
      const path = `/v1/merchants/${encodeURIComponent('商户/一 %')}/orders`;

      done(await service.post(path, { orderNo: 'A/1?', sku: 'SKU-1', quantity: 1, unitPrice: '1' }));

      const order = await service.get(`${path}/${encodeURIComponent('A/1?')}`);
      expect(order.json).toMatchObject({ merchantId: '商户/一 %', orderNo: 'A/1?' });
    });
  });

  describe('issuing by the merchant’s own order number', () => {
    it('answers the same body with 200 and the same facts, and another with 409', async () => {
      await openStockedShop(service);
      const first = await issue(service, 'O-1', { unitPrice: '2.50' });

      const again = await issue(service, 'O-1', { unitPrice: '2.5' });
      const other = await issue(service, 'O-1', { quantity: 2 });

      expect(again.status).toBe(200);
      expect(at(again.json, 'units')).toEqual(at(first.json, 'units'));
      expect(at(again.json, 'recalled')).toBe(true);
      expect([other.status, at(other.json, 'code')]).toEqual([409, 'order_conflict']);
    });

    it('gives every one of many simultaneous requests for one number the same unit', async () => {
      await openStockedShop(service);

      const replies = await Promise.all(Array.from({ length: 20 }, () => issue(service, 'O-1')));

      expect(new Set(replies.map(({ json }) => JSON.stringify(at(json, 'units')))).size).toBe(1);
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    });

    it('shows an acknowledged order at once, even where no read model runs', async () => {
      const bare = await RunningService.start({ withReadModels: false });
      try {
        await openStockedShop(bare);
        done(await issue(bare, 'O-1'));
        expect((await bare.get('/v1/merchants/M-1/orders/O-1')).status).toBe(200);
        expect(at((await bare.get('/v1/inventory')).json, 'code')).toBe('read_model_missing');
      } finally {
        await bare.stop();
      }
    });
  });

  describe('an idempotency key', () => {
    it('gets the first answer again, bare or in quotation marks', async () => {
      await openStockedShop(service);
      const key = 'move-1';
      const body = { sku: 'SKU-1', from: 'main', to: 'vip', quantity: 4 };

      const first = await service.post('/v1/transfers', body, { 'Idempotency-Key': key });
      const again = await service.post('/v1/transfers', body, { 'Idempotency-Key': `"${key}"` });

      expect([first.status, again.status]).toEqual([201, 200]);
      expect(at(again.json, 'recalled')).toBe(true);
      const stock = await service.get(
        `/v1/inventory/SKU-1?minPosition=${textOf(at(again.json, 'position'))}`,
      );
      expect(at(stock.json, 'data', 'pools')).toMatchObject([
        { pool: 'main', available: 6 },
        { pool: 'vip', available: 4 },
      ]);
    });

    it.each([
      ['empty', ''],
      ['two words', 'a b'],
      ['too long', 'x'.repeat(201)],
      ['not ASCII', 'é'],
    ])('is refused when it is %s', async (_name, key) => {
      const reply = await service.post('/v1/suppliers', {}, { 'Idempotency-Key': key });
      expect(reply.status).toBe(400);
      expect(at(reply.json, 'faults')).toMatchObject([{ field: 'Idempotency-Key' }]);
    });
  });

  describe('who did it', () => {
    it('is recorded with every event, with the channel and the caller’s correlation id', async () => {
      const body = { supplierId: 'SUP-1', name: 'S', kind: 'issuer' };
      const reply = await service.post('/v1/suppliers', body, {
        'X-Correlation-Id': 'job-7',
        'Idempotency-Key': 'k1',
      });

      expect(reply.headers.get('x-correlation-id')).toBe('job-7');
      const feed = await service.get(`/v1/events?after=${'0'.repeat(19)}1`);
      expect(feed.json).toMatchObject([
        {
          type: 'sourcebook.SupplierRegistered',
          actor: 'tester',
          channel: 'http',
          command: 'RegisterSupplier',
          commandid: 'http/tester/k1',
          correlationid: 'job-7',
        },
      ]);
    });
  });

  describe('key files', () => {
    it('are received as they are, of any size, and leave nothing behind', async () => {
      await openShop(service, { ordered: 60_000 });

      const received = await receiveLot(service, { content: keyFile(60_000) });

      expect(received.status).toBe(201);
      expect(received.json).toMatchObject({ lotId: 'LOT-1', counts: { lines: 60_000, accepted: 60_000 } });
      expect(readdirSync(join(service.directory, 'spool'))).toEqual([]);
    });

    it('are refused as the rules say, by the resource in the path or by what is in the file', async () => {
      await openShop(service, { ordered: 5 });

      const unknown = await receiveLot(service, { poId: 'PO-9' });
      const foreign = await receiveLot(service, { sku: 'SKU-9' });
      const excess = await receiveLot(service);
      const empty = await receiveLot(service, { content: '' });

      expect([unknown, foreign, excess, empty].map(({ status, json }) => [status, at(json, 'code')])).toEqual(
        [
          [404, 'unknown_po'],
          [422, 'not_on_po'],
          [409, 'over_receipt'],
          [422, 'no_keys'],
        ],
      );
      expect(readdirSync(join(service.directory, 'spool'))).toEqual([]);
    });

    it('answer a dry run with counters and the line ledger, masked, and record nothing', async () => {
      await openShop(service);
      const before = await service.open.store.head();

      const planned = await receiveLot(service, {
        content: `${keyFile(2)}\n${keyFile(1)}x,y,z\n`,
        query: '&dryRun=true',
      });

      expect(planned.status).toBe(200);
      expect(at(planned.json, 'counts')).toMatchObject({
        accepted: 2,
        blank: 1,
        duplicateInFile: 1,
        malformed: 1,
      });
      expect(at(planned.json, 'lines')).toMatchObject([
        { line: 1, outcome: 'accepted', keyId: 'LOT-1-000001' },
        { line: 2, outcome: 'accepted' },
        { line: 3, outcome: 'blank' },
        { line: 4, outcome: 'duplicateInFile', keyId: 'LOT-1-000001' },
        { line: 5, outcome: 'malformed', reason: 'wrong_cell_count' },
      ]);
      expect(planned.text).not.toContain('SECRET-1');
      expect(await service.open.store.head()).toBe(before);
    });

    it.each([
      ['{"columns":["secret"],"header":"yes"}', 'format.header'],
      ['{"columns":"secret"}', 'format.columns'],
      ['{"columns":["secret"],"x":1}', 'format.x'],
      ['{}', 'format.columns'],
      ['nonsense', 'format'],
    ])('need a format that can be read: %s', async (format, field) => {
      const path = `/v1/purchase-orders/PO-1/lots/LOT-1?sku=S&format=${encodeURIComponent(format)}`;
      const reply = await service.call('PUT', path, { raw: 'x', type: 'text/plain' });
      expect(at(reply.json, 'faults')).toMatchObject([{ field }]);
    });
  });

  describe('revealing keys', () => {
    it('gives the secrets of a fulfilled order for a purpose, with a proof', async () => {
      await openStockedShop(service);
      done(await issue(service, 'O-1'));

      const revealed = await service.post('/v1/merchants/M-1/orders/O-1/reveal', {
        units: [1],
        purpose: 'delivery',
      });

      expect(revealed.status).toBe(201);
      expect(at(revealed.json, 'keys')).toMatchObject([
        { unit: 1, keyId: 'LOT-1-000001', number: 'N-1', secret: 'SECRET-1-abcdefgh' },
      ]);
      expect(revealed.headers.get('cache-control')).toBe('no-store');
    });

    it('shows them in that answer alone: not in the feed, the log, a dry run or the data directory', async () => {
      await openStockedShop(service);
      done(await issue(service, 'O-1'));
      const units = { units: [1], purpose: 'delivery' };
      const revealed = done(await service.post('/v1/merchants/M-1/orders/O-1/reveal', units));
      expect(revealed.text).toContain('SECRET-1-abcdefgh');

      const again = await receiveLot(service, { lotId: 'LOT-2', query: '&dryRun=true' });
      const feed = done(await service.get('/v1/events?limit=1000'));
      const files = readdirSync(service.directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
      for (const text of [again.text, feed.text, ...service.logged, ...files]) {
        expect(text.includes('SECRET-1')).toBe(false);
      }
    });

    it('refuses what was never issued', async () => {
      await openStockedShop(service);
      const reply = await service.post('/v1/merchants/M-1/orders/O-9/reveal', {
        units: [1],
        purpose: 'delivery',
      });
      expect([reply.status, at(reply.json, 'code')]).toEqual([404, 'unknown_order']);
    });
  });
});
