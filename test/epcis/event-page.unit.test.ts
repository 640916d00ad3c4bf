import { PageInMaking, type EpcisCursor, type EpcisPage } from '../../src/api/epcis/event-page.js';
import type { EpcisEvent } from '../../src/epcis/content.js';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import { goldenPayloads } from '../infrastructure/event-codec/golden-payloads.js';
import { ToldEvents } from '../support/told-events.js';
import { identifiers } from './story.js';

/** As long as ids may be, each character nine in a URI. */
const LONG_LOT = '源'.repeat(100);
const KEYS = 12_000;

function largeLot(): StoredEvent {
  const runs = [{ lotId: LONG_LOT, firstSerial: 1, count: KEYS }];
  const lot = { ...goldenPayloads.LotReceived, lotId: LONG_LOT, runs };
  return new ToldEvents().tell(['stock', 'S'], 'LotReceived', lot, { occurredAt: '2026-09-01T00:00:00Z' });
}

function pageFrom(from: EpcisCursor, stored: StoredEvent): EpcisPage {
  const page = new PageInMaking({ filter: {}, from, perPage: 500 }, identifiers);
  return page.ended(page.take(1, [stored]));
}

it('a page of very long identifiers ends early, and the next goes on within the same event of the ledger', () => {
  const stored = largeLot();
  const pages: EpcisPage[] = [];
  for (
    let from: EpcisCursor | undefined = { sequence: 1, index: 0 };
    from !== undefined;
    from = pages.at(-1)?.next
  )
    pages.push(pageFrom(from, stored));
  expect(pages.length).toBeGreaterThan(1);
  for (const { events } of pages) expect(events.join().length).toBeLessThan(6 * 1024 * 1024);
  const events = pages.flatMap((page) => page.events.map((json) => JSON.parse(json) as EpcisEvent));
  expect(events.reduce((sum, { epcList = [] }) => sum + epcList.length, 0)).toBe(KEYS);
  expect(new Set(events.map(({ eventID }) => eventID)).size).toBe(1 + KEYS / 1000);
});

it('a page without any event of the ledger has no date', () => {
  const page = new PageInMaking({ filter: {}, from: { sequence: 1, index: 0 }, perPage: 1 }, identifiers);
  expect(page.ended(undefined)).toEqual({ events: [], next: undefined, creationDate: undefined });
});
