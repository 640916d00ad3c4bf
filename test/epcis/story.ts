import { createHash } from 'node:crypto';
import type { EventOf, LedgerEvent, LedgerEventType } from '../../src/domain/events.js';
import type { RecordedEvent } from '../../src/domain/shared/event.js';
import type { EpcisEvent } from '../../src/epcis/content.js';
import { epcisEvent } from '../../src/epcis/epcis-event.js';
import { EpcisIdentifiers } from '../../src/epcis/identifiers.js';
import { draftsOf } from '../../src/epcis/mapping.js';
import { newestVersions } from '../../src/infrastructure/event-codec/versions.js';
import { goldenPayloads } from '../infrastructure/event-codec/golden-payloads.js';

export const identifiers = new EpcisIdentifiers('https://id.example.org/goods');

const LEDGER_TYPES = Object.keys(goldenPayloads) as LedgerEventType[];

/** An event as it stands in a ledger whose ids, made of the events' names, and times are always the same. */
export function recorded<Type extends LedgerEventType>(
  type: Type,
  payload: EventOf<Type>['payload'],
  { name = String(type), occurredAt = '2026-09-01T09:30:00.123456+08:00' } = {},
): RecordedEvent<LedgerEvent> {
  const id = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return {
    event: { type, schemaVersion: newestVersions[type], payload } as LedgerEvent,
    eventId: `0191f0c2-7a10-7cc3-98c4-${id}`,
    stream: 'main.story',
    revision: 0,
    context: {
      occurredAt,
      recordedAt: '2026-09-01T01:30:05.678Z',
      actor: 'operator',
      onBehalfOf: null,
      channel: 'load',
      command: type,
      commandId: id,
      correlationId: id,
      causationId: null,
    },
  };
}

/** One event of every type that the ledger has, and what the golden payloads leave out. */
export function story(): RecordedEvent<LedgerEvent>[] {
  const golden = LEDGER_TYPES.map((type) => recorded(type, goldenPayloads[type]));
  const { UnitsSettled, UnitsWrittenOff, OrderFulfilled } = goldenPayloads;
  const [place] = UnitsSettled.places as [(typeof UnitsSettled.places)[number]];
  const [unit] = UnitsWrittenOff.units as [(typeof UnitsWrittenOff.units)[number]];
  return [
    ...golden,
    recorded(
      'UnitsSettled',
      { ...UnitsSettled, remedy: 'refund', refundNo: 'RF-2', places: [{ ...place, replacement: null }] },
      { name: 'a refund', occurredAt: '2026-09-02T00:00:00Z' },
    ),
    recorded(
      'UnitsWrittenOff',
      { ...UnitsWrittenOff, units: [unit, { ...unit, firstSerial: 9, pool: '平台 A/~' }] },
      { name: 'two pools', occurredAt: '2026-09-02T00:00:00.9999-03:30' },
    ),
    recorded(
      'OrderFulfilled',
      { ...OrderFulfilled, merchantId: '01', orderNo: '12345678901234', pool: '00123' },
      { name: 'ids that look like numbers', occurredAt: '2026-09-02T00:00:00+14:30' },
    ),
  ];
}

export function epcisEventsOf(event: RecordedEvent<LedgerEvent>): EpcisEvent[] {
  return draftsOf(event.event, identifiers).map((draft) => epcisEvent(draft, event, identifiers));
}
