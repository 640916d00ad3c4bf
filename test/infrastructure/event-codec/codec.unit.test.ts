import fc from 'fast-check';
import type { EventContext } from '../../../src/domain/shared/event.js';
import {
  decodeEvent,
  decodeMetadata,
  encodeEvent,
  UnknownEvent,
} from '../../../src/infrastructure/event-codec/codec.js';
import { freshIdentity } from '../../../src/infrastructure/event-codec/fresh-identity.js';
import { newestVersionOf, upcast, type Upcaster } from '../../../src/infrastructure/event-codec/versions.js';
import { storedEvent, storedMetadata } from './stored-event.js';

const context: EventContext = {
  occurredAt: '2026-09-01T09:30:00+08:00',
  recordedAt: '2026-09-01T01:30:00.250Z',
  actor: 'cli:clerk',
  onBehalfOf: null,
  channel: 'load',
  command: 'IssueOrder',
  commandId: 'b94d27b9/3',
  correlationId: 'b94d27b9',
  causationId: null,
};

const quarantined = {
  type: 'LotQuarantined',
  schemaVersion: 1,
  payload: { lotId: 'LOT-1', sku: 'S-1', reason: null },
};

describe('an event as it is stored', () => {
  it('has its payload in data and everything else in metadata, to the byte', () => {
    expect(encodeEvent(quarantined, context, { eventId: 'event-1', salt: null })).toEqual({
      eventId: 'event-1',
      type: 'LotQuarantined',
      data: '{"lotId":"LOT-1","sku":"S-1","reason":null}',
      metadata: storedMetadata(1),
    });
  });

  it('ends its payload with its salt, which is none of what the domain reads', () => {
    const salt = 'qqqqqqqqqqqqqqqqqqqqqg';
    const encoded = encodeEvent(quarantined, context, { eventId: 'event-1', salt });
    expect(encoded.data).toBe(`{"lotId":"LOT-1","sku":"S-1","reason":null,"$salt":"${salt}"}`);
    const empty = encodeEvent({ ...quarantined, payload: {} }, context, { eventId: 'event-1', salt });
    expect(empty.data).toBe(`{"$salt":"${salt}"}`);
    const { payload } = decodeEvent({ ...encoded, stream: 'main.stock-S', revision: 0, position: 0 }).event;
    expect(payload).toEqual(quarantined.payload);
  });

  it('is salted afresh each time', () => {
    const salts = Array.from({ length: 600 }, () => freshIdentity().salt);
    expect(new Set(salts).size).toBe(600);
    for (const salt of salts) expect(salt).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  it('has an id of its own that sorts by when it was made (RFC 9562, version 7)', () => {
    const madeMs = Date.now();
    const ids = Array.from({ length: 600 }, () => freshIdentity().eventId);
    expect(new Set(ids).size).toBe(600);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const idMs = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
      expect(idMs).toBeGreaterThanOrEqual(madeMs);
      expect(idMs).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is read with its place, its context and its payload', () => {
    const recorded = decodeEvent(
      storedEvent('LotQuarantined', 1, '{"lotId":"LOT-1","sku":"S-1","reason":null}'),
    );
    expect(recorded).toEqual({
      event: quarantined,
      eventId: '0191f0c2-7a10-7cc3-98c4-dc0c0c073991',
      stream: 'main.order-M%2D0007~2026090100017',
      revision: 4,
      context,
    });
    expect(recorded).not.toHaveProperty('position');
  });

  it('tells its context without its payload being read', () => {
    expect(decodeMetadata(storedEvent('LotQuarantined', 1, 'never read'))).toEqual({
      ...context,
      schemaVersion: 1,
    });
  });

  it('is the same event again, whatever texts it carries', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, fc.option(text), (lotId, actor, causationId) => {
        const event = { ...quarantined, payload: { lotId, sku: 'S-1', reason: null } };
        const told = { ...context, actor, causationId };
        const encoded = encodeEvent(event, told, { eventId: 'event-1', salt: 'AAAAAAAAAAAAAAAAAAAAAA' });
        const recorded = decodeEvent({ ...encoded, stream: 'main.stock-S', revision: 0, position: 0 });
        expect(recorded.event).toEqual(event);
        expect(recorded.context).toEqual(told);
      }),
    );
  });
});

describe('an event that this program does not know', () => {
  it.each([
    ['of another type', 'LotVanished', 1],
    ['whose type is a name that every object has', 'toString', 1],
    ['whose type is a name that every object has', '__proto__', 1],
    ['of a newer version', 'LotQuarantined', 2],
    ['of version 0', 'LotQuarantined', 0],
    ['of half a version', 'LotQuarantined', 0.5],
    ['without a version', 'LotQuarantined', null],
    ['whose version is a text', 'LotQuarantined', '1'],
  ])('%s is told as such: %s version %p', (_, type, schemaVersion) => {
    let error: unknown;
    try {
      decodeEvent(storedEvent(type, schemaVersion, '{}'));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UnknownEvent);
    expect(error).toMatchObject({ eventType: type, schemaVersion });
    const { message } = error as UnknownEvent;
    expect(message).toContain('event 4 of main.order-M%2D0007~2026090100017');
    expect(message).toContain('run the version that wrote it');
  });

  it('has no newest version', () => {
    expect(newestVersionOf('LotQuarantined')).toBe(1);
    expect(newestVersionOf('LotVanished')).toBeUndefined();
    expect(newestVersionOf('constructor')).toBeUndefined();
  });
});

describe('an old payload', () => {
  interface Amounts {
    readonly cost?: number;
    readonly unitCost?: string;
    readonly currency?: string;
  }
  /** An invented event: version 2 renamed its cost and made it a text, version 3 gave it a currency. */
  const steps: Record<string, Upcaster> = {
    'Priced@1': (payload) => ({ unitCost: String((payload as Amounts).cost) }),
    'Priced@2': (payload) => ({ ...(payload as Amounts), currency: 'CNY' }),
    'Other@1': () => ({ wrong: true }),
  };

  it('is brought to the newest version one version at a time', () => {
    expect(upcast('Priced', 1, { cost: 5 }, steps)).toEqual({ unitCost: '5', currency: 'CNY' });
    expect(upcast('Priced', 2, { unitCost: '7' }, steps)).toEqual({ unitCost: '7', currency: 'CNY' });
  });

  it('that is the newest already stays what it is', () => {
    const newest = { unitCost: '7', currency: 'USD' };
    expect(upcast('Priced', 3, newest, steps)).toBe(newest);
  });
});
