import { at, listOf, RunningService, textOf, type Json } from './support/running-service.js';
import { done, issue, openStockedShop } from './support/trade.js';

describe('given a shop that has sold', () => {
  let service: RunningService;
  let position: string;
  let orders: readonly Json[];

  beforeAll(async () => {
    service = await RunningService.start();
    await openStockedShop(service);
    for (let order = 1; order <= 3; order += 1) done(await issue(service, `O-${order}`, { quantity: order }));
    const body = { refundNo: 'R-1', units: [1], reason: 'bad_key', remedy: 'refund' };
    position = textOf(
      at(done(await service.post('/v1/merchants/M-1/orders/O-2/refunds', body)).json, 'position'),
    );
    orders = listOf(at(await ask('/v1/orders'), 'data'));
  });

  afterAll(() => service.stop());

  const ask = async (path: string): Promise<Json> => {
    const separator = path.includes('?') ? '&' : '?';
    return done(await service.get(`${path}${separator}minPosition=${position}`)).json;
  };
  const sequenceOf = (index: number): string => String(at(orders[index], 'sequence'));

  function figure(difference: Json, kind: string, name: string): Json {
    const figures = listOf(at(difference, 'data', 'skus', 0, 'figures'));
    return figures.find((each) => at(each, 'kind') === kind && at(each, 'name') === name);
  }

  describe('a difference', () => {
    it('names each figure before and after, and the events that moved it', async () => {
      const difference = await ask(`/v1/diff?from=sequence:${sequenceOf(0)}&to=sequence:${sequenceOf(2)}`);
      expect(at(difference, 'data')).toMatchObject({
        afterSequence: Number(sequenceOf(0)),
        untilSequence: Number(sequenceOf(2)),
        next: null,
      });
      expect(figure(difference, 'stock', 'issued')).toMatchObject({
        before: 1,
        after: 6,
        difference: 5,
        eventCount: 2,
        events: [1, 2].map((index) => ({
          sequence: at(orders[index], 'sequence'),
          eventId: at(orders[index], 'eventId'),
          type: 'OrderFulfilled',
          stream: `main.order-M%2D1~O%2D${index + 1}`,
          moved: index + 1,
        })),
      });
      expect(figure(difference, 'money', 'revenue')).toMatchObject({
        currency: 'CNY',
        before: '2.500000',
        after: '15.000000',
        difference: '12.500000',
      });
      expect(at(difference, 'data', 'counts')).toMatchObject([
        { name: 'orders', difference: 2 },
        { name: 'keysIssued', difference: 5 },
      ]);
    });

    it('from a time, up to the present unless told', async () => {
      const from = textOf(at(orders[2], 'recordedAt'));
      const difference = await ask(`/v1/diff?from=${from}&to=2100-01-01T00:00:00Z`);
      expect(figure(difference, 'lotMoney', 'supplierClaims')).toMatchObject({
        lotId: 'LOT-1',
        before: '0.000000',
        after: '1.250000',
        events: [{ type: 'UnitsSettled', moved: '1.250000' }],
      });
      expect(at(await ask(`/v1/diff?from=${from}`), 'data', 'skus')).toEqual(at(difference, 'data', 'skus'));
    });

    it('by what occurred between two times, whenever it was recorded', async () => {
      const [from, to] = [0, 1].map((index) => textOf(at(orders[index], 'occurredAt')));
      const difference = await ask(`/v1/diff?by=occurred&from=${from}&to=${to}`);
      expect(figure(difference, 'stock', 'issued')).toMatchObject({ before: 1, after: 3, eventCount: 1 });
      expect(at(difference, 'data', 'counts', 0)).toMatchObject({ name: 'orders', before: 1, after: 2 });
    });

    it('of one lot has that lot’s figures; of no events, their number alone', async () => {
      const difference = await ask('/v1/diff?from=sequence:0&lot=LOT-1&events=0');
      const figures = listOf(at(difference, 'data', 'skus', 0, 'figures'));
      expect(new Set(figures.map((each) => at(each, 'lotId')))).toEqual(new Set(['LOT-1']));
      expect(figure(difference, 'lotStock', 'held')).toMatchObject({ after: 4, eventCount: 4, events: [] });
      expect(at(difference, 'data', 'counts')).toEqual([]);
      expect(at(await ask('/v1/diff?from=sequence:0&sku=NONE'), 'data', 'skus')).toEqual([]);
    });

    it.each([
      ['/v1/diff', 'from'],
      ['/v1/diff?from=yesterday', 'from'],
      ['/v1/diff?from=sequence:5&to=sequence:4', 'from'],
      ['/v1/diff?from=sequence:1&events=101', 'events'],
      ['/v1/diff?from=sequence:1&limit=0', 'limit'],
      ['/v1/diff?by=occurred&from=sequence:1', 'from'],
      ['/v1/diff?by=occurred&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
      ['/v1/diff?by=heart&from=sequence:1', 'by'],
      ['/v1/diff?from=sequence:1&occurredUntil=2026-01-01T00:00:00Z', 'occurredUntil'],
    ])('%s is invalid and says which field', async (path, field) => {
      const reply = await service.get(path);
      expect([reply.status, at(reply.json, 'code')]).toEqual([400, 'invalid']);
      expect(at(reply.json, 'faults', 0, 'field')).toBe(field);
    });

    it('up to what is not known yet is 503', async () => {
      const reply = await service.get('/v1/diff?from=sequence:1&to=sequence:999999');
      expect([reply.status, at(reply.json, 'code')]).toEqual([503, 'read_model_behind']);
    });
  });

  describe('what had occurred by then', () => {
    const LONG_AGO = 'occurredUntil=2020-01-01T00:00:00Z';

    it.each([
      ['/v1/inventory/SKU-1'],
      ['/v1/lots/LOT-1'],
      ['/v1/keys/LOT-1-000001'],
      ['/v1/keys/LOT-1-000001/timeline'],
      ['/v1/purchase-orders/PO-1'],
      ['/v1/merchants/M-1/orders/O-1/trace'],
    ])('%s: nothing, long ago; the same, in the far future', async (path) => {
      expect((await service.get(`${path}?${LONG_AGO}&minPosition=${position}`)).status).toBe(404);
      const future = await ask(`${path}?occurredUntil=2100-01-01T00:00:00Z`);
      expect(at(future, 'data')).toEqual(at(await ask(path), 'data'));
    });

    it.each([
      ['/v1/inventory', ['data', 'skus']],
      ['/v1/costs?by=sku', ['data']],
      ['/v1/orders', ['data']],
      ['/v1/refunds', ['data']],
      ['/v1/imports', ['data']],
      ['/v1/purchase-orders', ['data']],
      ['/v1/report', ['data', 'skus']],
      ['/v1/trace/forward?lot=LOT-1', ['data', 'rows']],
    ])('%s: an empty list, long ago', async (path, place) => {
      const separator = path.includes('?') ? '&' : '?';
      expect(at(await ask(`${path}${separator}${LONG_AGO}`), ...place)).toEqual([]);
      expect(listOf(at(await ask(path), ...place)).length).toBeGreaterThan(0);
    });

    it('expiry and authorisation are judged then', async () => {
      const occurred = textOf(at(orders[1], 'occurredAt'));
      const answer = await ask(`/v1/inventory?occurredUntil=${occurred}`);
      expect(Date.parse(textOf(at(answer, 'ledger', 'at')))).toBe(Date.parse(occurred));
      expect(at(answer, 'data', 'skus', 0)).toMatchObject({ issued: 3, available: 7 });
    });
  });
});
