import type { LedgerEvent } from '../../domain/events.js';
import type { DomainEvent, EventContext, RecordedEvent } from '../../domain/shared/event.js';
import type { NewEvent, StoredEvent } from '../event-store/event-store.js';
import { newestVersionOf, upcast } from './versions.js';

/** How an event's context stands in its metadata; the `$` names are what EventStoreDB's own tools look for. */
interface StoredMetadata {
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly channel: string;
  readonly command: string;
  readonly commandId: string;
  readonly $correlationId: string;
  readonly $causationId: string | null;
}

/** An event of a type or version that this program does not know: written by a newer one, or not by us. */
export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';

  constructor(
    readonly eventType: string,
    readonly schemaVersion: number,
    stream: string,
    revision: number,
  ) {
    super(
      `event ${revision} of ${stream} is ${eventType} version ${schemaVersion}, which this version of Sourcebook ` +
        'does not know; run the version that wrote it, or a newer one',
    );
  }
}

/** The payload's last member, of the codec and not of the domain. */
const SALT_MEMBER = '$salt';

/** What tells an event from every other, chosen where it is made. */
export interface EventIdentity {
  readonly eventId: string;
  /**
   * Stands in the payload, so that no payload can be guessed from its digest in the ledger's tree, and so that it goes
   * with the payload. Null for an aside event, which is no leaf.
   */
  readonly salt: string | null;
}

export function encodeEvent(
  event: DomainEvent,
  context: EventContext,
  { eventId, salt }: EventIdentity,
): NewEvent {
  const metadata: StoredMetadata = {
    schemaVersion: event.schemaVersion,
    occurredAt: context.occurredAt,
    recordedAt: context.recordedAt,
    actor: context.actor,
    onBehalfOf: context.onBehalfOf,
    channel: context.channel,
    command: context.command,
    commandId: context.commandId,
    $correlationId: context.correlationId,
    $causationId: context.causationId,
  };
  return {
    eventId,
    type: event.type,
    data: salted(JSON.stringify(event.payload), salt),
    metadata: JSON.stringify(metadata),
  };
}

function salted(json: string, salt: string | null): string {
  if (salt === null) return json;
  return `${json.slice(0, -1)}${json === '{}' ? '' : ','}"${SALT_MEMBER}":"${salt}"}`;
}

/** A member that was added last is taken away without making a dictionary of the object. */
function payloadOf(data: string): unknown {
  const payload = JSON.parse(data) as { [SALT_MEMBER]?: string };
  delete payload[SALT_MEMBER];
  return payload;
}

/** Reads an event in its newest version. @throws UnknownEvent */
export function decodeEvent(stored: StoredEvent): RecordedEvent<LedgerEvent> {
  const metadata = JSON.parse(stored.metadata) as StoredMetadata;
  const newest = newestVersionOf(stored.type);
  if (newest === undefined || !isVersion(metadata.schemaVersion, newest)) {
    throw new UnknownEvent(stored.type, metadata.schemaVersion, stored.stream, stored.revision);
  }
  const payload = upcast(stored.type, metadata.schemaVersion, payloadOf(stored.data));
  return {
    event: { type: stored.type, schemaVersion: newest, payload } as LedgerEvent,
    eventId: stored.eventId,
    stream: stored.stream,
    revision: stored.revision,
    context: decodeContext(metadata),
  };
}

function isVersion(schemaVersion: number, newest: number): boolean {
  return Number.isInteger(schemaVersion) && schemaVersion >= 1 && schemaVersion <= newest;
}

function decodeContext(metadata: StoredMetadata): EventContext {
  return {
    occurredAt: metadata.occurredAt,
    recordedAt: metadata.recordedAt,
    actor: metadata.actor,
    onBehalfOf: metadata.onBehalfOf,
    channel: metadata.channel,
    command: metadata.command,
    commandId: metadata.commandId,
    correlationId: metadata.$correlationId,
    causationId: metadata.$causationId,
  };
}

/** The context alone, where the payload is not needed. */
export function decodeMetadata(stored: StoredEvent): EventContext & { readonly schemaVersion: number } {
  const metadata = JSON.parse(stored.metadata) as StoredMetadata;
  return { ...decodeContext(metadata), schemaVersion: metadata.schemaVersion };
}
