import { decodeBase64, encodeBase64 } from '../base64.js';
import { canonicalJson } from '../canonical-json.js';
import type { StoredRecord } from '../envelope.js';
import { HASH_BYTES } from '../hashes.js';
import { Malformed } from '../malformed.js';

/** An event of a pack: the stored texts, and its place in the ledger's sequence, from 1. */
export interface PackEvent extends StoredRecord {
  readonly sequence: number;
}

/** One line of `events.jsonl`, without its newline. */
export function eventLine({ sequence, stream, revision, eventId, type, data, metadata }: PackEvent): string {
  return JSON.stringify({ sequence, stream, revision, eventId, type, data, metadata });
}

/** @throws Malformed for anything that `eventLine` would not have written */
export function readEventLine(line: string): PackEvent {
  const value = parsedObject(line) as unknown as PackEvent;
  const { sequence, revision } = value;
  const texts = [value.stream, value.eventId, value.type, value.data, value.metadata];
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(revision) || !texts.every(isText))
    throw new Malformed('a line of events.jsonl is an event with its sequence');
  if (eventLine(value) !== line) throw new Malformed('a line of events.jsonl is written in one form only');
  return value;
}

/** That an event stands in the tree of the pack's checkpoint. */
export interface InclusionLine {
  /** Of the leaf, from 0: the event's sequence less one. */
  readonly index: number;
  /** The leaf's sibling first. */
  readonly hashes: readonly Buffer[];
}

/** One line of `proofs.jsonl`, without its newline. */
export function inclusionLine({ index, hashes }: InclusionLine): string {
  // Canonical as it stands: there are many of them.
  return JSON.stringify({ hashes: hashes.map(encodeBase64), index });
}

/** @throws Malformed */
export function readInclusionLine(line: string): InclusionLine {
  const { index, hashes } = parsedObject(line);
  if (!Number.isSafeInteger(index)) throw new Malformed('a line of proofs.jsonl has an index');
  const proof = { index: index as number, hashes: readHashes(hashes, 'proofs.jsonl') };
  if (inclusionLine(proof) !== line)
    throw new Malformed('a line of proofs.jsonl is written in one form only');
  return proof;
}

/** That the tree of the pack's checkpoint continues that of an older one. */
export interface ConsistencyFile {
  /** The older signed checkpoint, verbatim. */
  readonly oldCheckpoint: string;
  readonly hashes: readonly Buffer[];
}

export function consistencyText({ oldCheckpoint, hashes }: ConsistencyFile): string {
  return `${canonicalJson({ hashes: hashes.map(encodeBase64), oldCheckpoint })}\n`;
}

/** @throws Malformed */
export function readConsistency(text: string): ConsistencyFile {
  const { oldCheckpoint, hashes } = parsedObject(text);
  if (!isText(oldCheckpoint)) throw new Malformed('consistency.json holds the older checkpoint');
  const file = { oldCheckpoint: oldCheckpoint as string, hashes: readHashes(hashes, 'consistency.json') };
  if (consistencyText(file) !== text) throw new Malformed('consistency.json is written in one form only');
  return file;
}

function readHashes(value: unknown, where: string): Buffer[] {
  if (!Array.isArray(value)) throw new Malformed(`${where} holds hashes`);
  return value.map((text: unknown) => {
    const hash = decodeBase64(String(text), `a hash of ${where}`);
    if (hash.length !== HASH_BYTES) throw new Malformed(`a hash of ${where} has ${HASH_BYTES} bytes`);
    return hash;
  });
}

function parsedObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new Malformed('a JSON object was expected');
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
