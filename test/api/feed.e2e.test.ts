import { isInSequence } from '../../src/domain/shared/identifiers.js';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import { at, listOf, RunningService, type Reply } from './support/running-service.js';
import { done, issue, keyFile, openShop, receiveLot } from './support/trade.js';

describe('the event feed', () => {
  let service: RunningService;
  let recorded: StoredEvent[];

  beforeAll(async () => {
    service = await RunningService.start();
    await openShop(service, { ordered: 10_000 });
    done(await receiveLot(service, { content: keyFile(3000) }));
    await Promise.all(
      Array.from({ length: 300 }, async (_, order) => done(await issue(service, `O-${order}`))),
    );
    await service.open.ledger.flushRiders();
    recorded = [];
    for await (const batch of service.open.store.readAll(-1)) recorded.push(...batch);
    recorded = recorded.filter(({ stream }) => isInSequence(stream));
  });

  afterAll(() => service.stop());

  async function pages(limit: number, after?: string): Promise<Reply[]> {
    const read: Reply[] = [];
    for (let cursor = after; ;) {
      const page = done(
        await service.get(`/v1/events?limit=${limit}${cursor === undefined ? '' : `&after=${cursor}`}`),
      );
      read.push(page);
      if (!page.headers.has('link')) return read;
      cursor = page.headers.get('sourcebook-cursor') ?? '';
    }
  }

  it('gives every event of the sequence once, in order, whatever the pages’ size, and nothing aside', async () => {
    for (const limit of [7, 100, 1000]) {
      const events = (await pages(limit)).flatMap(({ json }) => listOf(json));
      expect(events.map((event) => at(event, 'id'))).toEqual(recorded.map(({ eventId }) => eventId));
      expect(events.map((event) => Number(at(event, 'sequence')))).toEqual(
        recorded.map((_, index) => index + 1),
      );
    }
  });

  it('goes on after any event’s own sequence', async () => {
    for (const index of [0, 254, 255, 256, 257, recorded.length - 2]) {
      const after = String(index + 1).padStart(20, '0');
      const [page] = await pages(3, after);
      expect(at((page as Reply).json, 0)).toMatchObject({ id: recorded[index + 1]?.eventId });
    }
  });

  it('is an empty page with the same cursor at the present', async () => {
    const after = String(recorded.length).padStart(20, '0');
    const reply = await service.get(`/v1/events?after=${after}`);
    expect([reply.json, reply.headers.get('sourcebook-cursor'), reply.headers.has('link')]).toEqual([
      [],
      after,
      false,
    ]);
  });

  it('speaks CloudEvents 1.0 with the payload as it was recorded and nothing of the engine', async () => {
    const [page] = await pages(1000);
    const { headers, json } = page as Reply;
    expect(headers.get('content-type')).toBe('application/cloudevents-batch+json; charset=utf-8');
    const place = recorded.findIndex(({ type }) => type === 'OrderFulfilled');
    const stored = recorded[place] as StoredEvent;
    const event = at(json, place);
    expect(event).toMatchObject({
      specversion: '1.0',
      source: 'example.org/ledger',
      type: 'sourcebook.OrderFulfilled',
      datacontenttype: 'application/json',
      dataschema: 'urn:sourcebook:event:OrderFulfilled:1',
      sequence: String(place + 1).padStart(20, '0'),
    });
    expect(at(event, 'subject')).toMatch(/^order\/M-1\/O-\d+$/);
    expect(JSON.stringify(at(event, 'data'))).toBe(stored.data);
    expect(Object.keys(event as object).filter((name) => !/^[a-z0-9]{1,20}$/.test(name))).toEqual([]);
    expect(event).not.toHaveProperty('position');
  });

  it('ends a page of large events early', async () => {
    await openLargeLots(service);
    const [first] = await pages(1000);
    expect((first as Reply).text.length).toBeLessThan(6 * 1024 * 1024);
    const all = (await pages(1000)).flatMap(({ json }) => listOf(json));
    expect(new Set(all.map((event) => at(event, 'sequence'))).size).toBe(all.length);
  });
});

/** More than one page of four mebibytes: some eighty bytes a key. */
async function openLargeLots(service: RunningService): Promise<void> {
  const order = {
    poId: 'PO-2',
    supplierId: 'SUP-1',
    lines: [{ sku: 'SKU-1', quantity: 60_000, unitCost: '1' }],
  };
  done(await service.post('/v1/purchase-orders', order));
  done(await receiveLot(service, { poId: 'PO-2', lotId: 'LOT-2', content: keyFile(60_000, 10_000) }));
}
