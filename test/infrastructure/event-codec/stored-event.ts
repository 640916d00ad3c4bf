import type { StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';

/** The metadata as it is stored: its names and their order are part of the contract. */
export const storedMetadata = (schemaVersion: unknown): string =>
  `{"schemaVersion":${JSON.stringify(schemaVersion)},` +
  '"occurredAt":"2026-09-01T09:30:00+08:00","recordedAt":"2026-09-01T01:30:00.250Z",' +
  '"actor":"cli:clerk","onBehalfOf":null,"channel":"load","command":"IssueOrder","commandId":"b94d27b9/3",' +
  '"$correlationId":"b94d27b9","$causationId":null}';

export const storedEvent = (type: string, schemaVersion: unknown, data: string): StoredEvent => ({
  eventId: '0191f0c2-7a10-7cc3-98c4-dc0c0c073991',
  type,
  data,
  metadata: storedMetadata(schemaVersion),
  stream: 'main.order-M%2D0007~2026090100017',
  revision: 4,
  position: 1042,
});
