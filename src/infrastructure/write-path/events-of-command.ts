import type { LedgerEvent } from '../../domain/events.js';
import type { DomainEvent } from '../../domain/shared/event.js';
import type { StreamName } from '../../domain/shared/identifiers.js';
import { decodeEvent } from '../event-codec/codec.js';
import type { EventStore } from '../event-store/event-store.js';

/** More than one append of a command has. */
const EVENTS_MAX = 64;

/**
 * What a command caused in a stream, from the revision at which it is remembered to have begun. Undefined where another
 * command shares the fingerprint of the one that was asked for.
 */
export async function eventsOfCommand<Event extends DomainEvent>(
  store: EventStore,
  stream: StreamName,
  { commandId, fromRevision }: { readonly commandId: string; readonly fromRevision: number },
): Promise<Event[] | undefined> {
  const events: Event[] = [];
  for await (const batch of store.readStream(stream, { fromRevision, limit: EVENTS_MAX })) {
    for (const stored of batch) {
      const { event, context } = decodeEvent(stored);
      if (context.commandId !== commandId) return someOf(events);
      events.push(event as LedgerEvent & Event);
    }
  }
  return someOf(events);
}

function someOf<Event>(events: Event[]): Event[] | undefined {
  return events.length === 0 ? undefined : events;
}
