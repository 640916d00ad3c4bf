import type { LedgerEvent, LedgerEventType } from '../../../src/domain/events.js';
import { decodeEvent, encodeEvent } from '../../../src/infrastructure/event-codec/codec.js';
import { newestVersions, upcasters } from '../../../src/infrastructure/event-codec/versions.js';
import { goldenFixtures, type GoldenFixture } from './golden-fixtures.js';
import { goldenPayloads } from './golden-payloads.js';
import { storedEvent } from './stored-event.js';

const fixtures = goldenFixtures();
const newestOf = (type: string): number => newestVersions[type as LedgerEventType];
const isNewest = ({ type, schemaVersion }: GoldenFixture): boolean => schemaVersion === newestOf(type);
const decode = ({ type, schemaVersion, data }: GoldenFixture): LedgerEvent =>
  decodeEvent(storedEvent(type, schemaVersion, data)).event;

describe('golden fixtures', () => {
  it('are there for every version of every event, and for nothing else', () => {
    const versions = Object.entries(newestVersions).flatMap(([type, newest]) =>
      Array.from({ length: newest }, (_, index) => `${type}.v${index + 1}`),
    );
    expect(fixtures.map(({ type, schemaVersion }) => `${type}.v${schemaVersion}`)).toEqual(versions.sort());
  });

  it.each(fixtures)('$type version $schemaVersion is read in its newest version', (fixture) => {
    const { type, schemaVersion, payload } = decode(fixture);
    expect({ type, schemaVersion }).toEqual({ type: fixture.type, schemaVersion: newestOf(fixture.type) });
    expect(payload).toBeDefined();
  });

  it.each(fixtures.filter(isNewest))('$type is what the contract says, to the byte', (fixture) => {
    const payload = goldenPayloads[fixture.type as LedgerEventType];
    expect(JSON.stringify(payload)).toBe(fixture.data);
    expect(decode(fixture).payload).toEqual(payload);
  });

  it.each(fixtures.filter(isNewest))('$type is stored again as it was, to the byte', (fixture) => {
    const stored = storedEvent(fixture.type, fixture.schemaVersion, fixture.data);
    const { event, context, eventId } = decodeEvent(stored);
    const { data, metadata, type } = encodeEvent(event, context, { eventId, salt: null });
    expect({ data, metadata, type, eventId }).toEqual({
      data: stored.data,
      metadata: stored.metadata,
      type: stored.type,
      eventId: stored.eventId,
    });
  });
});

it('an upcaster is there for every version but the newest, and for nothing else', () => {
  const steps = Object.entries(newestVersions).flatMap(([type, newest]) =>
    Array.from({ length: newest - 1 }, (_, index) => `${type}@${index + 1}`),
  );
  expect(Object.keys(upcasters).sort()).toEqual(steps.sort());
});
