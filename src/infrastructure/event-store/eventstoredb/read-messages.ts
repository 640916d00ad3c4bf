import { Empty, StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { START, type Position, type StoredEvent } from '../event-store.js';
import { exactNumber, uuidText } from './wire-numbers.js';

const { Options } = ReadReq;

/** The server considers so many records of other streams before it looks up, and tells where it is after 32 × 32. */
const SEARCH_WINDOW = 32;
const CHECKPOINT_WINDOWS = 32;

/** Where a read of `$all` begins. Forwards a position is included, backwards it is not. */
export type From = Position | 'end';

export function readStreamRequest(stream: string, fromRevision: number, count: number): ReadReq {
  const streamOptions = new Options.StreamOptions()
    .setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setRevision(String(fromRevision));
  return new ReadReq().setOptions(
    commonOptions().setStream(streamOptions).setCount(String(count)).setNoFilter(new Empty()),
  );
}

/** The streams whose names begin with the prefix, which leaves out all of the server's own. */
export function readAllRequest(prefix: string, from: From, count: number): ReadReq {
  const options = commonOptions()
    .setAll(allOptions(from))
    .setCount(String(count))
    .setFilter(prefixFilter(prefix));
  options.setReadDirection(Options.ReadDirection.FORWARDS);
  return new ReadReq().setOptions(options);
}

export function readAllBackwardsRequest(prefix: string, from: From, count: number): ReadReq {
  const options = commonOptions()
    .setAll(allOptions(from))
    .setCount(String(count))
    .setFilter(prefixFilter(prefix));
  options.setReadDirection(Options.ReadDirection.BACKWARDS);
  return new ReadReq().setOptions(options);
}

/** What comes after the position, for ever. */
export function subscribeRequest(prefix: string, after: Position): ReadReq {
  const options = commonOptions()
    .setAll(allOptions(after))
    .setSubscription(new Options.SubscriptionOptions())
    .setFilter(prefixFilter(prefix));
  return new ReadReq().setOptions(options);
}

function commonOptions(): ReadReq.Options {
  return new Options()
    .setReadDirection(Options.ReadDirection.FORWARDS)
    .setResolveLinks(false)
    .setUuidOption(new Options.UUIDOption().setString(new Empty()));
}

function allOptions(from: From): ReadReq.Options.AllOptions {
  if (from === 'end') return new Options.AllOptions().setEnd(new Empty());
  if (from === START) return new Options.AllOptions().setStart(new Empty());
  const position = new Options.Position().setCommitPosition(String(from)).setPreparePosition(String(from));
  return new Options.AllOptions().setPosition(position);
}

function prefixFilter(prefix: string): ReadReq.Options.FilterOptions {
  return new Options.FilterOptions()
    .setStreamIdentifier(new Options.FilterOptions.Expression().setPrefixList([prefix]))
    .setMax(SEARCH_WINDOW)
    .setCheckpointintervalmultiplier(CHECKPOINT_WINDOWS);
}

/** One message of a Read call, as far as it concerns this engine. */
export type ReadMessage =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  /** A record of the server's own, such as a tombstone: never handed out. */
  | { readonly kind: 'system'; readonly position: Position }
  /** How far the server has looked without finding more. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'missing' }
  /** The subscription stands, or has caught up (which may be said many times). */
  | { readonly kind: 'alive' };

export function readMessage(response: ReadResp): ReadMessage {
  const record = response.getEvent()?.getEvent();
  if (record !== undefined) return eventMessage(record);
  const checkpoint = response.getCheckpoint();
  if (checkpoint !== undefined) {
    return { kind: 'checkpoint', position: exactNumber(checkpoint.getCommitPosition()) };
  }
  return response.hasStreamNotFound() ? { kind: 'missing' } : { kind: 'alive' };
}

function eventMessage(record: ReadResp.ReadEvent.RecordedEvent): ReadMessage {
  const type = record.getMetadataMap().get('type') ?? '';
  // A record's prepare position may be that of its append's first event; the commit position is always its own.
  const position = exactNumber(record.getCommitPosition());
  if (type.startsWith('$')) return { kind: 'system', position };
  const event: StoredEvent = {
    eventId: uuidText(record.getId()),
    type,
    data: text(record.getData_asU8()),
    metadata: text(record.getCustomMetadata_asU8()),
    stream: text(record.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()),
    revision: exactNumber(record.getStreamRevision()),
    position,
  };
  return { kind: 'event', event };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
