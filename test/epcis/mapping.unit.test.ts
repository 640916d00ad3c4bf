import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LedgerEventType } from '../../src/domain/events.js';
import type { EpcisEvent } from '../../src/epcis/content.js';
import { keyCount, keyLists } from '../../src/epcis/event-draft.js';
import { isMapped } from '../../src/epcis/mapping.js';
import { goldenPayloads } from '../infrastructure/event-codec/golden-payloads.js';
import { epcisEventsOf, identifiers, recorded, story } from './story.js';
import { faultsOfEvent } from './structure.js';

const TYPES = Object.keys(goldenPayloads) as LedgerEventType[];
const key = (serial: number): string => identifiers.key('LOT-0001', serial);

/** What is said of the goods, without ids and times. */
function said(events: readonly EpcisEvent[]): object[] {
  return events.map(({ action, bizStep, disposition, epcList }) => ({
    action,
    bizStep,
    disposition,
    epcList,
  }));
}

const epcisOf = (type: LedgerEventType): EpcisEvent[] => epcisEventsOf(recorded(type, goldenPayloads[type]));

describe('every event of the ledger', () => {
  it('that says anything says it in the structure of EPCIS 2.0', () => {
    const events = story().flatMap(epcisEventsOf);
    expect(events.length).toBeGreaterThan(15);
    for (const event of events) expect([event, faultsOfEvent(event)]).toEqual([event, []]);
  });

  it('has its place in docs/epcis.md', () => {
    const rows = readFileSync(join(__dirname, '../../docs/epcis.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const tableOf = (mark: (row: string) => boolean): string[] =>
      TYPES.filter((type) => rows.some((row) => mark(row) && row.split('|')[1]?.includes(`\`${type}\``)));
    const says = (row: string): boolean => /ObjectEvent|TransactionEvent/.test(row);
    expect(tableOf(says)).toEqual(TYPES.filter(isMapped));
    expect(tableOf((row) => !says(row))).toEqual(TYPES.filter((type) => !isMapped(type)));
  });

  it('is told apart from all others by its id', () => {
    const events = story().flatMap(epcisEventsOf);
    expect(new Set(events.map(({ eventID }) => eventID)).size).toBe(events.length);
    const [again] = epcisEventsOf(recorded('LotReleased', goldenPayloads.LotReleased, { name: 'again' }));
    expect(again?.eventID).not.toBe(epcisOf('LotReleased')[0]?.eventID);
  });

  it('never tells a secret, its fingerprint, a price, a cost or a reason', () => {
    const text = JSON.stringify(story().flatMap(epcisEventsOf));
    const { KeysRegistered, UnitsWrittenOff } = goldenPayloads;
    for (const kept of [
      KeysRegistered.fingerprints,
      KeysRegistered.commitment,
      UnitsWrittenOff.reason,
      '88.5',
      'CNY',
    ])
      expect(text).not.toContain(kept);
  });
});

describe('what becomes of goods', () => {
  it('a lot is received as a class, and its keys begin to be, those of one expiry together', () => {
    const [receipt, ...keys] = epcisOf('LotReceived');
    expect(receipt).toMatchObject({
      bizStep: 'receiving',
      quantityList: [{ epcClass: identifiers.lot('LOT-0001'), quantity: 2 }],
      bizTransactionList: [{ type: 'po', bizTransaction: identifiers.purchaseOrder('PO-2026-0001') }],
      sourceList: [{ type: 'owning_party', source: identifiers.supplier('SUP-001') }],
    });
    expect(keys.map(({ epcList, ilmd }) => [epcList, ilmd?.['sourcebook:expiresOn']])).toEqual([
      [[key(1)], '2026-12-31'],
      [[key(2)], undefined],
    ]);
    expect(said(keys).every((event) => 'action' in event && event.action === 'ADD')).toBe(true);
  });

  it('a large lot says no more than a thousand keys at once', () => {
    const lot = { ...goldenPayloads.LotReceived, runs: [{ lotId: 'LOT-0001', firstSerial: 1, count: 2500 }] };
    const [, ...keys] = epcisEventsOf(recorded('LotReceived', lot));
    expect(keys.map(({ epcList }) => epcList?.length)).toEqual([1000, 1000, 500]);
    expect(keys.flatMap(({ epcList }) => epcList)).toEqual(
      Array.from({ length: 2500 }, (_, i) => key(i + 1)),
    );
  });

  it('a transfer leaves one pool and arrives in another', () => {
    const [shipped, arrived] = epcisOf('UnitsTransferred');
    expect([shipped, arrived]).toMatchObject([
      { bizStep: 'shipping', disposition: 'in_transit', readPoint: { id: identifiers.pool('main') } },
      { bizStep: 'receiving', bizLocation: { id: identifiers.pool('platform') } },
    ]);
    expect(shipped?.epcList).toEqual([key(1), key(2)]);
    expect(arrived?.epcList).toEqual(shipped?.epcList);
  });

  it('a replacement is two events under one return authorisation', () => {
    const events = epcisOf('UnitsSettled');
    expect(said(events)).toEqual([
      { action: 'OBSERVE', bizStep: 'replacing', disposition: 'needs_replacement', epcList: [key(1)] },
      { action: 'OBSERVE', bizStep: 'replacing', disposition: 'retail_sold', epcList: [key(2)] },
    ]);
    const rma = { type: 'rma', bizTransaction: identifiers.refund('M-0007', 'RF-1') };
    for (const { bizTransactionList } of events) expect(bizTransactionList).toContainEqual(rma);
  });

  it('a refunded key comes back and is void', () => {
    const refund = story().findLast(({ event }) => event.type === 'UnitsSettled');
    expect(said(epcisEventsOf(refund as ReturnType<typeof recorded>))).toEqual([
      { action: 'OBSERVE', bizStep: 'receiving', disposition: 'returned', epcList: [key(1)] },
      { action: 'DELETE', bizStep: 'destroying', disposition: 'destroyed', epcList: [key(1)] },
    ]);
  });

  it('what is written off in several pools says so pool by pool', () => {
    const writeOff = story().findLast(({ event }) => event.type === 'UnitsWrittenOff');
    const events = epcisEventsOf(writeOff as ReturnType<typeof recorded>);
    expect(events.map(({ readPoint, epcList }) => [readPoint?.id, epcList])).toEqual([
      [identifiers.pool('main'), [key(2)]],
      [identifiers.pool('平台 A/~'), [key(9)]],
    ]);
  });
});

describe('times', () => {
  it.each([
    ['2026-09-01T09:30:00.123456+08:00', '2026-09-01T01:30:00.123Z', '+08:00'],
    ['2026-09-01T09:30:00Z', '2026-09-01T09:30:00.000Z', '+00:00'],
    ['2026-09-01T09:30:00.9999999-03:30', '2026-09-01T13:00:00.999Z', '-03:30'],
    ['2026-09-01T09:30:00+14:30', '2026-08-31T19:00:00.000Z', '+00:00'],
    ['1969-12-31T23:59:59.9995Z', '1969-12-31T23:59:59.999Z', '+00:00'],
  ])('%s is %s at %s', (occurredAt, eventTime, eventTimeZoneOffset) => {
    const [event] = epcisEventsOf(recorded('LotReleased', goldenPayloads.LotReleased, { occurredAt }));
    expect(event).toMatchObject({ eventTime, eventTimeZoneOffset });
  });
});

it('lists of keys hold every key once, in order, and are full but the last', () => {
  const run = fc.record({
    lotId: fc.constantFrom('A', 'B'),
    firstSerial: fc.nat(99),
    count: fc.integer({ min: 1, max: 30 }),
  });
  const keysOf = (runs: ReturnType<typeof keyLists>[number]): string[] =>
    runs.flatMap(({ lotId, firstSerial, count }) =>
      Array.from({ length: count }, (_, index) => `${lotId}-${firstSerial + index}`),
    );
  fc.assert(
    fc.property(fc.array(run), fc.integer({ min: 1, max: 20 }), (runs, max) => {
      const lists = keyLists(runs, max);
      expect(lists.flatMap(keysOf)).toEqual(keysOf(runs));
      expect(lists.slice(0, -1).every((list) => keyCount(list) === max)).toBe(true);
      expect(keyCount(lists.at(-1) ?? [])).toBeLessThanOrEqual(max);
    }),
  );
});
