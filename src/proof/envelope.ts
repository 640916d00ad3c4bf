import { canonicalJson, canonicalString } from './canonical-json.js';
import { sha256Hex } from './hashes.js';
import { Malformed } from './malformed.js';
import { ENTRY_BYTES_MAX } from './tiles.js';

/** An event as the ledger keeps it: the texts are those that were stored, never written anew. */
export interface StoredRecord {
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  /** JSON text of the payload. */
  readonly data: string;
  /** JSON text of everything else. */
  readonly metadata: string;
}

/** What a leaf of the ledger's tree says of its event. */
export interface Envelope {
  readonly actor: string;
  /** The version of this form. */
  readonly envelope: 1;
  readonly eventId: string;
  /** Lower-case hex SHA-256 of the stored metadata's UTF-8. */
  readonly metadataDigest: string;
  readonly occurredAt: string;
  /** Lower-case hex SHA-256 of the stored payload's UTF-8. */
  readonly payloadDigest: string;
  readonly recordedAt: string;
  readonly revision: number;
  readonly schemaVersion: number;
  /** From 1: the leaf's index plus one. */
  readonly sequence: number;
  readonly stream: string;
  readonly type: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * The entry of an event's leaf: canonical JSON (RFC 8785), which is stored and hashed as these bytes.
 * Written out by hand, as it is made for every event of the ledger.
 * @throws Malformed when the record is no event of a ledger, or its entry exceeds a tile's limit
 */
export function leafEntry(record: StoredRecord, sequence: number): Buffer {
  const { actor, occurredAt, recordedAt, schemaVersion } = contextOf(record);
  if (!UUID.test(record.eventId) || !isCount(record.revision, 0) || !isCount(sequence, 1))
    throw unfit(record, 'its id, revision or sequence is none');
  try {
    const text =
      `{"actor":${canonicalString(actor)},"envelope":1,"eventId":"${record.eventId}",` +
      `"metadataDigest":"${sha256Hex(record.metadata)}","occurredAt":${canonicalString(occurredAt)},` +
      `"payloadDigest":"${sha256Hex(record.data)}","recordedAt":${canonicalString(recordedAt)},` +
      `"revision":${record.revision},"schemaVersion":${schemaVersion},"sequence":${sequence},` +
      `"stream":${canonicalString(record.stream)},"type":${canonicalString(record.type)}}`;
    const entry = Buffer.from(text);
    if (entry.length <= ENTRY_BYTES_MAX) return entry;
  } catch {
    throw unfit(record, 'its stream, type, actor or times hold half a character');
  }
  throw unfit(record, `its entry exceeds ${ENTRY_BYTES_MAX} bytes`);
}

type Context = Pick<Envelope, 'actor' | 'occurredAt' | 'recordedAt' | 'schemaVersion'>;

function contextOf(record: StoredRecord): Context {
  const metadata = parsed(record.metadata);
  if (!hasContext(metadata)) throw unfit(record, 'its metadata lacks actor, times or schema version');
  return metadata;
}

function hasContext(value: unknown): value is Context {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, occurredAt, recordedAt, schemaVersion } = value as Partial<Record<keyof Context, unknown>>;
  return areTexts(actor, occurredAt, recordedAt) && isCount(schemaVersion, 0);
}

function unfit({ stream, revision, eventId }: StoredRecord, reason: string): Malformed {
  return new Malformed(`event ${eventId} (${revision} of ${stream}) cannot be a leaf: ${reason}`);
}

/**
 * An entry's envelope, where the bytes are exactly what `leafEntry` would have written for it.
 * @throws Malformed
 */
export function readEntry(entry: Uint8Array): Envelope {
  const text = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('utf8');
  const value = parsed(text);
  if (!isEnvelope(value)) throw new Malformed('the entry is no envelope of this form');
  const envelope: Record<keyof Envelope, unknown> = {
    actor: value.actor,
    envelope: value.envelope,
    eventId: value.eventId,
    metadataDigest: value.metadataDigest,
    occurredAt: value.occurredAt,
    payloadDigest: value.payloadDigest,
    recordedAt: value.recordedAt,
    revision: value.revision,
    schemaVersion: value.schemaVersion,
    sequence: value.sequence,
    stream: value.stream,
    type: value.type,
  };
  if (!Buffer.from(canonical(envelope)).equals(entry))
    throw new Malformed('the entry is not the canonical JSON of its envelope');
  return value;
}

function isEnvelope(value: unknown): value is Envelope {
  if (!hasContext(value)) return false;
  const { envelope, eventId, metadataDigest, payloadDigest, revision, sequence, stream, type } =
    value as Partial<Record<keyof Envelope, unknown>>;
  if (envelope !== 1 || !areTexts(eventId, metadataDigest, payloadDigest, stream, type)) return false;
  if (!UUID.test(String(eventId)) || !isCount(revision, 0) || !isCount(sequence, 1)) return false;
  return DIGEST.test(String(metadataDigest)) && DIGEST.test(String(payloadDigest));
}

function canonical(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch {
    throw new Malformed('the entry holds half a character');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

function isCount(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
}
