import type { RecordedEvent } from '../domain/shared/event.js';
import { instantOf } from '../domain/shared/time.js';
import type { EpcisContent, EpcisEvent, Ilmd, Place } from './content.js';
import { EXTENSION_PREFIX } from './document.js';
import type { EventDraft, SourceOrDestination } from './event-draft.js';
import { eventHashId } from './event-hash-id.js';
import type { EpcisIdentifiers } from './identifiers.js';

/** Writes an event out: the same bytes for the same event of the ledger, whenever and by whom. */
export function epcisEvent(
  draft: EventDraft,
  { eventId, context }: Pick<RecordedEvent, 'eventId' | 'context'>,
  identifiers: EpcisIdentifiers,
): EpcisEvent {
  const content: EpcisContent = {
    type: draft.type,
    eventTime: epcisTime(context.occurredAt),
    eventTimeZoneOffset: zoneOffsetOf(context.occurredAt),
    recordTime: epcisTime(context.recordedAt),
    ...objectsOf(draft, identifiers),
    action: draft.action,
    ...given('bizStep', draft.bizStep),
    ...given('disposition', draft.disposition),
    ...given('readPoint', placeOf(draft.readPoint)),
    ...given('bizLocation', placeOf(draft.bizLocation)),
    ...given('bizTransactionList', draft.bizTransactions),
    ...given('sourceList', draft.source && [sourceOf(draft.source)]),
    ...given('destinationList', draft.destination && [destinationOf(draft.destination)]),
    ...given('ilmd', ilmdOf(draft)),
    'sourcebook:event': identifiers.ledgerEvent(eventId),
  };
  const { type, ...rest } = content;
  return { type, eventID: eventHashId(content), ...rest };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}

function objectsOf(
  { keys, quantities }: EventDraft,
  identifiers: EpcisIdentifiers,
): Pick<EpcisContent, 'epcList' | 'quantityList'> {
  return {
    ...given('epcList', keys.length === 0 ? undefined : keys.flatMap((run) => identifiers.keys(run))),
    ...given('quantityList', quantities),
  };
}

function placeOf(uri: string | undefined): Place | undefined {
  return uri === undefined ? undefined : { id: uri };
}

function sourceOf({ type, uri }: SourceOrDestination): { type: string; source: string } {
  return { type, source: uri };
}

function destinationOf({ type, uri }: SourceOrDestination): { type: string; destination: string } {
  return { type, destination: uri };
}

function ilmdOf({ ilmd }: EventDraft): Ilmd | undefined {
  if (ilmd === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(ilmd).map(([name, value]) => [`${EXTENSION_PREFIX}:${name}`, value]),
  );
}

const MICROS_PER_MILLISECOND = 1000;

/** In UTC with exactly three decimals: finer times are cut, as hash implementations round them differently. */
export function epcisTime(rfc3339: string): string {
  return new Date(Math.floor(instantOf(rfc3339) / MICROS_PER_MILLISECOND)).toISOString();
}

/** The offset that a time was written with; one that EPCIS does not know (beyond 14 hours) counts as UTC. */
export function zoneOffsetOf(rfc3339: string): string {
  const offset = /[+-]\d\d:\d\d$/.exec(rfc3339)?.[0] ?? '+00:00';
  return /^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/.test(offset) ? offset : '+00:00';
}
