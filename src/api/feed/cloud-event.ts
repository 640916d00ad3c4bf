import { isInSequence, parseStreamName } from '../../domain/shared/identifiers.js';
import { decodeMetadata } from '../../infrastructure/event-codec/codec.js';
import type { StoredEvent } from '../../infrastructure/event-store/event-store.js';

/** Width of a sequence as text: texts of one width are ordered as their numbers are. */
const SEQUENCE_DIGITS = 20;

const LONE_SURROGATE = /\p{Surrogate}/gu;

export function sequenceText(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}

export function isOfSequence(stored: StoredEvent): boolean {
  return isInSequence(stored.stream);
}

/**
 * An event as CloudEvents 1.0 JSON. `data` is the payload byte for byte as it was recorded, in the version that
 * `dataschema` names, so that an event reads the same for ever; nothing of the engine is in it.
 */
export function cloudEvent(stored: StoredEvent, sequence: number, origin: string): string {
  const context = decodeMetadata(stored);
  const attributes = {
    specversion: '1.0',
    id: stored.eventId,
    source: origin,
    type: `sourcebook.${stored.type}`,
    subject: subjectOf(stored.stream),
    time: context.occurredAt,
    recordedtime: context.recordedAt,
    datacontenttype: 'application/json',
    dataschema: `urn:sourcebook:event:${stored.type}:${context.schemaVersion}`,
    sequence: sequenceText(sequence),
    correlationid: context.correlationId,
    ...(context.causationId === null ? {} : { causationid: context.causationId }),
    actor: context.actor,
    ...(context.onBehalfOf === null ? {} : { onbehalfof: context.onBehalfOf }),
    channel: context.channel,
    command: context.command,
    commandid: context.commandId,
    revision: String(stored.revision),
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${stored.data}}`;
}

/** What an event is about: its stream's category and ids, such as `order/M-1/A-2`, each id percent-encoded. */
function subjectOf(stream: string): string {
  const identity = parseStreamName(stream);
  if (identity === undefined) return stream;
  return [
    identity.category,
    ...identity.parts.map((part) => encodeURIComponent(part.replace(LONE_SURROGATE, '\uFFFD'))),
  ].join('/');
}
