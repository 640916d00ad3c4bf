import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ApiProblem } from '../../src/api/problems/problem.js';
import { AppendTooLarge, StoreUnavailable } from '../../src/infrastructure/event-store/event-store.js';
import { Contended } from '../../src/domain/shared/contended.js';
import { problemOf } from '../../src/api/problems/problem-of.js';
import { at, listOf, RunningService } from './support/running-service.js';
import { done, issue, openStockedShop } from './support/trade.js';

describe('the edge', () => {
  let service: RunningService;

  beforeAll(async () => {
    service = await RunningService.start();
    await openStockedShop(service);
  });

  afterAll(() => service.stop());

  describe('a body', () => {
    it.each<[string, string | Uint8Array, string]>([
      ['with a name twice', '{"supplierId":"a","supplierId":"b"}', 'malformed_json'],
      ['with __proto__', '{"__proto__":{"name":"x"}}', 'malformed_json'],
      ['broken off', '{"name":', 'malformed_json'],
      ['empty', '', 'malformed_json'],
      ['nested deeply', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'malformed_json'],
      ['of no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'malformed_json'],
      ['a list', '[]', 'invalid'],
      ['null', 'null', 'invalid'],
      ['a text', '"text"', 'invalid'],
      ['a number', '7', 'invalid'],
    ])('that is no plain JSON object is refused: %s', async (_name, raw, code) => {
      const reply = await service.call('POST', '/v1/suppliers', { raw, type: 'application/json' });
      expect([reply.status, at(reply.json, 'code')]).toEqual([400, code]);
    });

    it('gets a fault for each unknown field, also in lines and for fields that the path gives, beside the others', async () => {
      const flat = await service.post('/v1/suppliers', { supplierId: 'X', colour: 1, size: 2 });
      const nested = await service.post('/v1/purchase-orders', { lines: [{ sku: 'S' }, { weight: 1 }] });
      const twice = await issue(service, 'O-9', { merchantId: 'M-2' });
      const fields = [flat, nested, twice].map(({ json }) =>
        listOf(at(json, 'faults')).map((fault) => at(fault, 'field')),
      );
      const missing = ['poId', 'supplierId', 'lines.0.quantity', 'lines.0.unitCost'];
      const second = ['lines.1.sku', 'lines.1.quantity', 'lines.1.unitCost'];
      expect(fields).toEqual([
        ['colour', 'size', 'name', 'kind'],
        ['lines.1.weight', ...missing, ...second],
        ['merchantId'],
      ]);
    });

    it('gets every field’s fault by the rules', async () => {
      const reply = await service.post('/v1/suppliers', { supplierId: '', name: 7 });
      const faults = listOf(at(reply.json, 'faults'));
      expect(faults.map((fault) => at(fault, 'field'))).toEqual(['supplierId', 'name', 'kind']);
    });

    it('of more than a mebibyte is refused', async () => {
      const reply = await service.post('/v1/suppliers', { name: 'x'.repeat(1024 * 1024) });
      expect([reply.status, at(reply.json, 'code')]).toEqual([413, 'payload_too_large']);
    });

    it('of another type is refused', async () => {
      const form = await service.call('POST', '/v1/suppliers', {
        raw: 'a=b',
        type: 'application/x-www-form-urlencoded',
      });
      const text = await service.call('POST', '/v1/suppliers', { raw: '{}', type: 'text/plain' });
      const file = await service.call('PUT', '/v1/purchase-orders/P/lots/L?sku=S&format={"columns":[]}', {
        raw: '{}',
        type: 'application/json',
      });
      expect([form, text, file].map(({ status }) => status)).toEqual([415, 415, 415]);
    });

    it('whose upload breaks off leaves nothing on the disk and the service at work', async () => {
      const { hostname, port } = new URL(service.url);
      const path = `/v1/purchase-orders/PO-1/lots/LOT-7?sku=SKU-1&format=${encodeURIComponent('{"columns":["secret"]}')}`;
      const served = service.logged.length;
      const socket = connect(Number(port), hostname);
      socket.write(
        `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nSECRET-BROKEN`,
      );
      await until(() => spooled(service).length > 0);
      socket.destroy();
      await until(() => service.logged.slice(served).some((line) => line.includes('"abandoned":true')));
      await until(() => spooled(service).length === 0);
      expect((await service.get('/health/live')).status).toBe(200);
    });
  });

  describe('a problem', () => {
    it('has the shape of RFC 9457 and names the request', async () => {
      const reply = await service.get('/v1/nothing', { 'X-Correlation-Id': 'call-1' });
      expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
      expect(reply.json).toEqual({
        type: 'urn:sourcebook:problem:not_found',
        title: 'There is nothing here',
        status: 404,
        detail: 'no such route; /docs lists them all',
        instance: 'call-1',
        code: 'not_found',
        faults: [],
      });
    });

    it('of an address that cannot be decoded is one, too', async () => {
      const reply = await service.get('/v1/lots/%ff');
      expect([reply.status, at(reply.json, 'code')]).toEqual([400, 'malformed_json']);
    });

    it('is 404 for what the path names and 422 for what the body refers to', async () => {
      const path = await service.post('/v1/merchants/NOBODY/orders', {
        orderNo: 'O',
        sku: 'SKU-1',
        quantity: 1,
        unitPrice: '1',
      });
      const body = await issue(service, 'O-77', { sku: 'NOTHING' });
      expect([path, body].map(({ status, json }) => [status, at(json, 'code')])).toEqual([
        [404, 'unknown_merchant'],
        [422, 'unknown_sku'],
      ]);
    });

    const place = { correlationId: 'c', pathParameters: [] };

    it.each<[string, unknown, number, string]>([
      ['a silent store', new StoreUnavailable('secret connection string'), 503, 'unavailable'],
      ['contention', new Contended('order 1'), 503, 'contended'],
      ['too much at once', new AppendTooLarge('main.stock-SKU', 2_000_000, 3), 413, 'append_too_large'],
      ['a full spool', new ApiProblem('spool_full', 'later'), 503, 'spool_full'],
      ['an unexpected error', new Error('secret: hunter2'), 500, 'internal'],
      ['a thrown text', 'thrown text', 500, 'internal'],
      ['nothing', undefined, 500, 'internal'],
    ])('tells of %s no more than a caller may know', (_name, error, status, code) => {
      const problem = problemOf(error, place);
      expect(problem).toMatchObject({ status, code });
      expect(JSON.stringify(problem)).not.toMatch(/secret|hunter2|main\.stock|thrown text/);
    });
  });

  describe('a log line', () => {
    it('is one a request, with the route’s pattern and never an id, a body or a query', async () => {
      const before = service.logged.length;
      done(await issue(service, 'VERY-PRIVATE-ORDER', {}, { 'X-Correlation-Id': 'c-9' }));
      await service.get('/v1/merchants/M-1/orders/VERY-PRIVATE-ORDER/trace?unit=1');
      await service.get('/v1/unknown/VERY-PRIVATE-ORDER');
      await until(() => service.logged.length >= before + 3);
      const lines = service.logged.slice(before);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        {
          level: 'info',
          method: 'POST',
          route: '/v1/merchants/:merchantId/orders',
          status: 201,
          correlationId: 'c-9',
        },
        { method: 'GET', route: '/v1/merchants/:merchantId/orders/:orderNo/trace' },
        { method: 'GET', route: '(no route)', status: 404 },
      ]);
      expect(lines.join('')).not.toContain('VERY-PRIVATE-ORDER');
    });
  });

  it('replaces a correlation id that could break a log', async () => {
    const reply = await service.get('/health/live', { 'X-Correlation-Id': 'a b"c' });
    expect(reply.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is ready where the store answers and every read model runs', async () => {
    const ready = await service.get('/health/ready');
    expect([ready.status, at(ready.json, 'store'), at(ready.json, 'ready')]).toEqual([200, 'answers', true]);
  });

  it('serves the interface’s page from itself alone', async () => {
    const page = await service.get('/docs');
    expect(page.text).not.toMatch(/https?:\/\//);
    for (const [, asset] of page.text.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)) {
      expect([asset, (await service.get(`/${asset as string}`)).status]).toEqual([asset, 200]);
    }
    expect((await service.get('/docs/package.json')).status).toBe(404);
    expect((await service.get('/docs/..%2fpackage.json')).status).toBe(404);
  });
});

/** Resolves when the condition holds; the test's own time limit bounds it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function spooled({ directory }: RunningService): string[] {
  return readdirSync(join(directory, 'spool'));
}
