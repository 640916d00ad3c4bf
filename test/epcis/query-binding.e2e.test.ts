import { CallerIdentification } from '../../src/api/access/caller.js';
import { PAGE_WORK_MAX } from '../../src/api/epcis/event-page.js';
import type { EpcisEvent } from '../../src/epcis/content.js';
import { EpcisIdentifiers } from '../../src/epcis/identifiers.js';
import { at, listOf, RunningService, textOf, type Reply } from '../api/support/running-service.js';
import { done, issue, keyFile, openShop, receiveLot } from '../api/support/trade.js';
import { faultsOfEvent } from './structure.js';

const identifiers = new EpcisIdentifiers('https://id.example.org/ledger');
const EVENTS = '/v1/epcis/events';
const key = (serial: number, lotId = 'LOT-1'): string => identifiers.key(lotId, serial);

function eventsOf({ json }: Reply): EpcisEvent[] {
  return listOf(at(json, 'epcisBody', 'queryResults', 'resultsBody', 'eventList')) as EpcisEvent[];
}

function nextOf({ headers }: Reply): string | undefined {
  return /^<([^>]*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
}

const asked = (path: string, parameters: Readonly<Record<string, string>> = {}): string =>
  `${path}?${new URLSearchParams(parameters).toString()}`;

describe('the EPCIS 2.0 query binding', () => {
  let service: RunningService;

  beforeAll(async () => {
    service = await RunningService.start();
    await trade(service);
  });

  afterAll(() => service.stop());

  /** Every page from there on. */
  async function pagesOf(path: string): Promise<Reply[]> {
    const pages: Reply[] = [];
    for (let next: string | undefined = path; next !== undefined; next = nextOf(pages.at(-1) as Reply))
      pages.push(done(await service.get(next)));
    return pages;
  }

  async function all(path: string): Promise<EpcisEvent[]> {
    return (await pagesOf(path)).flatMap(eventsOf);
  }

  const problemOf = async (path: string): Promise<[status: number, type: unknown, code: unknown]> => {
    const { status, json } = await service.get(path);
    return [status, at(json, 'type'), at(json, 'code')];
  };

  it('answers with a query document of EPCIS 2.0, and says which versions it speaks', async () => {
    const { headers, json } = done(await service.get(asked(EVENTS, { perPage: '3' })));
    expect(json).toMatchObject({ type: 'EPCISQueryDocument', schemaVersion: '2.0' });
    expect(at(json, 'epcisBody', 'queryResults', 'queryName')).toBe('SimpleEventQuery');
    expect(at(json, 'creationDate')).toMatch(/^\d{4}-.*Z$/);
    const told = ['gs1-epcis-version', 'gs1-cbv-version', 'gs1-epc-format'].map((name) => headers.get(name));
    expect(told).toEqual(['2.0.0', '2.0.0', 'Never_Translates']);
  });

  it('gives every event once, in order, whatever the pages’ size, each in the structure of EPCIS', async () => {
    const whole = await all(asked(EVENTS, { perPage: '500' }));
    const steps = new Set(
      whole.map(({ type, bizStep, disposition }) => [type, bizStep, disposition].join(' ')),
    );
    expect(steps.size).toBe(13);
    expect(whole.flatMap(faultsOfEvent)).toEqual([]);
    expect(new Set(whole.map(({ eventID }) => eventID)).size).toBe(whole.length);
    for (const perPage of ['1', '7']) expect(await all(asked(EVENTS, { perPage }))).toEqual(whole);
  });

  it('filters by type, step and time', async () => {
    const whole = await all(EVENTS);
    const orders = await all(asked(EVENTS, { eventType: 'TransactionEvent|AggregationEvent' }));
    expect(orders).toEqual(whole.filter(({ type }) => type === 'TransactionEvent'));
    const steps = await all(
      asked(EVENTS, { EQ_bizStep: 'shipping|https://ref.gs1.org/cbv/BizStep-holding' }),
    );
    expect(steps).toEqual(whole.filter(({ bizStep }) => bizStep === 'shipping' || bizStep === 'holding'));
    expect(steps.length).toBeGreaterThan(2);
    const { eventTime } = whole.find(({ bizStep }) => bizStep === 'retail_selling') as EpcisEvent;
    const [until, from] = [{ LT_eventTime: eventTime }, { GE_eventTime: eventTime }];
    expect(await all(asked(EVENTS, until))).toEqual(whole.filter((event) => event.eventTime < eventTime));
    expect(await all(asked(EVENTS, from))).toEqual(whole.filter((event) => event.eventTime >= eventTime));
    const later = whole.filter(({ recordTime }) => recordTime >= eventTime);
    expect(await all(asked(EVENTS, { GE_recordTime: eventTime }))).toEqual(later);
    expect(await all(asked(EVENTS, { GE_recordTime: '2100-01-01T00:00:00Z' }))).toEqual([]);
  });

  it('gives a key’s history, by MATCH_epc as by its own address', async () => {
    const whole = await all(EVENTS);
    for (const epc of [key(1), key(3), key(10), key(5001, 'LOT-2'), key(7000, 'LOT-2')]) {
      const expected = whole.filter(({ epcList }) => epcList?.includes(epc));
      expect(expected.length).toBeGreaterThan(0);
      expect(await all(asked(EVENTS, { MATCH_epc: epc, perPage: '1' }))).toEqual(expected);
      expect(await all(`/v1/epcis/epcs/${encodeURIComponent(epc)}/events`)).toEqual(expected);
    }
    const both = await all(asked(EVENTS, { MATCH_epc: `${key(1)}|${key(10)}`, EQ_bizStep: 'commissioning' }));
    expect(both.map(({ epcList }) => epcList?.length)).toEqual([10]);
    expect(await all(asked(EVENTS, { MATCH_epc: 'urn:epc:id:sgtin:0614141.107346.2018' }))).toEqual([]);
  });

  it('gives one event by its id, at once where it is told when it was recorded', async () => {
    const whole = await all(EVENTS);
    const last = whole.at(-1) as EpcisEvent;
    const path = `${EVENTS}/${encodeURIComponent(last.eventID)}`;
    const pages = await pagesOf(path);
    expect(pages.flatMap(eventsOf)).toEqual([last]);
    const direct = done(await service.get(asked(path, { GE_recordTime: last.recordTime })));
    expect([eventsOf(direct), nextOf(direct)]).toEqual([[last], undefined]);
  });

  it('reads a bounded part of the ledger for one answer', async () => {
    const unknown = `${EVENTS}/${encodeURIComponent(`ni:///sha-256;${'0'.repeat(64)}?ver=CBV2.0`)}`;
    const seen: (Reply | number)[] = [];
    for (let next: string | undefined = unknown; next !== undefined;) {
      const reply = await service.get(next);
      next = reply.status === 200 ? nextOf(reply) : undefined;
      seen.push(reply.status);
      if (reply.status === 200) expect([eventsOf(reply), typeof next]).toEqual([[], 'string']);
    }
    // Every key of the two lots is written out once for its id to be known.
    expect(seen.length).toBe(Math.ceil(KEYS_RECEIVED / PAGE_WORK_MAX));
    expect(seen.at(-1)).toBe(404);
  });

  it('is for callers who may read events', async () => {
    const identify = jest.spyOn(service.app.get(CallerIdentification), 'callerOf');
    identify.mockReturnValue({ actor: 'nobody', onBehalfOf: null, permissions: new Set() });
    try {
      for (const path of [EVENTS, `${EVENTS}/x`, '/v1/epcis/epcs/x/events'])
        expect(await problemOf(path)).toEqual([403, 'epcisException:SecurityException', 'forbidden']);
    } finally {
      identify.mockRestore();
    }
  });

  it('refuses what it cannot answer with a problem of EPCIS', async () => {
    const wrong = 'epcisException:QueryParameterException';
    for (const parameters of [
      { EQ_disposition: 'active' },
      { eventType: 'Event' },
      { perPage: '0' },
      { perPage: '501' },
      { GE_eventTime: 'yesterday' },
      { MATCH_epc: Array.from({ length: 21 }, (_, index) => key(index + 1)).join('|') },
    ])
      expect([parameters, await problemOf(asked(EVENTS, parameters))]).toEqual([
        parameters,
        [400, wrong, 'invalid'],
      ]);
    expect(await problemOf(asked(EVENTS, { nextPageToken: 'x' }))).toEqual([400, wrong, 'unknown_cursor']);
    const missing = [404, 'epcisException:NoSuchResourceException', 'not_found'];
    expect(await problemOf(`${EVENTS}/urn:uuid:1`)).toEqual(missing);
    expect(await problemOf(`/v1/epcis/epcs/${encodeURIComponent(key(999_999))}/events`)).toEqual(missing);
    expect(await problemOf(`/v1/epcis/epcs/${encodeURIComponent('urn:x:y')}/events`)).toEqual(missing);
  });
});

const SMALL_LOT = 10;
/** So many changes of expiry that its lot enters the stock in parts. */
const LARGE_LOT = 11_000;
const HUGE_LOT = 12_000;
const KEYS_RECEIVED = SMALL_LOT + LARGE_LOT + HUGE_LOT;

/** Every kind of event that EPCIS can tell of. */
async function trade(service: RunningService): Promise<void> {
  await openShop(service, { ordered: KEYS_RECEIVED });
  done(await receiveLot(service, { content: keyFile(SMALL_LOT) }));
  const format = { separator: ',', columns: ['number', 'secret', 'expires'] };
  const large = `/v1/purchase-orders/PO-1/lots/LOT-2?${new URLSearchParams({ sku: 'SKU-1', format: JSON.stringify(format) }).toString()}`;
  done(await service.call('PUT', large, { raw: expiringKeyFile(), type: 'application/octet-stream' }));
  done(await receiveLot(service, { lotId: 'LOT-3', content: keyFile(HUGE_LOT, 100_000) }));
  done(await service.post('/v1/transfers', { sku: 'SKU-1', from: 'main', to: 'shop', quantity: 2 }));
  done(await issue(service, 'O-1', { quantity: 3 }));
  for (const [refundNo, remedy] of Object.entries({ 'R-1': 'refund', 'R-2': 'replace' })) {
    const units = [remedy === 'refund' ? 1 : 2];
    const refund = { refundNo, units, reason: 'bad_key', remedy };
    done(await service.post('/v1/merchants/M-1/orders/O-1/refunds', refund));
  }
  for (const [step, body] of [
    ['quarantine', {}],
    ['release', {}],
    ['write-offs', { quantity: 2 }],
    ['returns', { quantity: 1 }],
  ] as const)
    done(await service.post(`/v1/lots/LOT-1/${step}`, body));
  const last = done(await issue(service, 'O-2'));
  const position = textOf(at(last.json, 'position'));
  done(await service.get(`/v1/keys/LOT-1-000001?minPosition=${encodeURIComponent(position)}`));
}

/** Every key expires on another day than the one before. */
function expiringKeyFile(): string {
  const day = (index: number): string => (index % 2 === 0 ? '2031-01-31' : '2031-02-28');
  return Array.from(
    { length: LARGE_LOT },
    (_, index) => `L-${index},SECRET-L-${index}-abcdefgh,${day(index)}\n`,
  ).join('');
}
