import { streamName } from '../../domain/shared/identifiers.js';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  AppendTooLarge,
  NO_STREAM,
  type ExpectedRevision,
  type NewEvent,
} from './event-store.js';

const STREAM_NAME_CHARACTERS_MAX = 2_000;
/** As `randomUUID` writes it: one id has one spelling on every engine. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// Unpaired surrogates would all be stored as U+FFFD, and streams that differ only in them would become one.
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** What the names of all the ledger's streams begin with. */
export function streamPrefix(ledger: string): string {
  const category = 'x';
  return streamName(ledger, category).slice(0, -category.length);
}

/** @throws RangeError when no stream of the ledger can have the name */
export function checkStream(prefix: string, stream: string): void {
  if (!stream.startsWith(prefix) || stream.length === prefix.length) {
    throw new RangeError(
      `${JSON.stringify(stream.slice(0, 100))} names no stream of this ledger: it must begin with ${prefix}`,
    );
  }
  if (stream.length > STREAM_NAME_CHARACTERS_MAX) {
    throw new RangeError(
      `a stream's name has at most ${STREAM_NAME_CHARACTERS_MAX} characters, not ${stream.length}`,
    );
  }
  if (UNSTORABLE.test(stream))
    throw new RangeError("a stream's name holds neither NUL nor an unpaired surrogate");
}

/**
 * What the events take: data and metadata in bytes of UTF-8, and types at two bytes a character, as EventStoreDB counts.
 * @throws RangeError when there is no event, or one without a UUID, or the revision is none
 * @throws AppendTooLarge
 */
export function checkAppend(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): number {
  if (!Number.isSafeInteger(expected) || expected < NO_STREAM) {
    throw new RangeError(
      `${expected} is no revision to expect: give that of the last event read, or -1 for none`,
    );
  }
  if (events.length === 0) throw new RangeError(`an append to ${stream} needs at least one event`);
  let sizeBytes = 0;
  for (const event of events) {
    if (!UUID.test(event.eventId))
      throw new RangeError(`an event's id is a lower-case UUID, not "${event.eventId}"`);
    sizeBytes += Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata) + 2 * event.type.length;
  }
  if (events.length > APPEND_EVENTS_MAX || sizeBytes > APPEND_BYTES_MAX) {
    throw new AppendTooLarge(stream, sizeBytes, events.length);
  }
  return sizeBytes;
}
