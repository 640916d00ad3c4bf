import type { EventOf, LedgerEventType } from '../../src/domain/events.js';
import { streamName } from '../../src/domain/shared/identifiers.js';
import { encodeEvent } from '../../src/infrastructure/event-codec/codec.js';
import { newestVersions } from '../../src/infrastructure/event-codec/versions.js';
import type { StoredEvent } from '../../src/infrastructure/event-store/event-store.js';

/** A log that a test tells event by event, as a store would give it back. */
export class ToldEvents {
  readonly stored: StoredEvent[] = [];
  private readonly revisions = new Map<string, number>();
  private recorded = 0;

  /** `recordedAt` counts seconds from a fixed moment, whatever `occurredAt` says, unless one is given. */
  tell<Type extends LedgerEventType>(
    [category, ...parts]: readonly [string, ...string[]],
    type: Type,
    payload: EventOf<Type>['payload'],
    times: { readonly occurredAt: string; readonly recordedAt?: string },
  ): StoredEvent {
    const stream = streamName('test', category, ...parts);
    const revision = (this.revisions.get(stream) ?? -1) + 1;
    this.revisions.set(stream, revision);
    const position = this.stored.length;
    const recordedAt =
      times.recordedAt ?? new Date(Date.UTC(2027, 0, 1) + ++this.recorded * 1000).toISOString();
    const context = {
      occurredAt: times.occurredAt,
      recordedAt,
      actor: 'tester',
      onBehalfOf: null,
      channel: 'cli',
      command: type,
      commandId: `command-${position}`,
      correlationId: `command-${position}`,
      causationId: null,
    };
    const event = { type, schemaVersion: newestVersions[type], payload };
    const eventId = `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`;
    const stored = { ...encodeEvent(event, context, { eventId, salt: null }), stream, revision, position };
    this.stored.push(stored);
    return stored;
  }
}
