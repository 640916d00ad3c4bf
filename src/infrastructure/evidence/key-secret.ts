import { parseKeyId } from '../../domain/shared/identifiers.js';
import { canonicalJson } from '../../proof/canonical-json.js';
import type { EvidenceQuestion } from '../../proof/evidence/question.js';
import { verifyDisclosure, type KeyDisclosure } from '../custody/disclosure.js';
import type { EvidenceFacts } from './facts.js';
import { EvidenceRefused } from './ports.js';

/** What the holder of a revealed key has: an element of a reveal's answer. */
export interface KeySecret extends KeyDisclosure {
  readonly keyId: string;
  /** base64 of the chunk's root. */
  readonly commitment: string;
}

/** Reads what a reveal answered for one key; of several, the one that is asked about. @throws EvidenceRefused */
export function readKeySecret(text: string, keyId: string): KeySecret {
  const key = elementsOf(parsed(text)).find((each) => each['keyId'] === keyId);
  const proof = key?.['proof'];
  if (key === undefined || !isObject(proof)) throw wrong(`the file holds no reveal of ${keyId}`);
  const { number, secret } = key;
  const { salt, index, count, path, commitment } = proof;
  const texts = [
    number,
    secret,
    salt,
    commitment,
    ...(Array.isArray(path) ? (path as unknown[]) : [undefined]),
  ];
  if (
    !texts.every((each) => typeof each === 'string') ||
    !Number.isSafeInteger(index) ||
    !Number.isSafeInteger(count)
  )
    throw wrong(`the reveal of ${keyId} lacks number, secret, salt, path or commitment`);
  return { keyId, number, secret, salt, index, count, path, commitment } as KeySecret;
}

/** `key.json`: canonical JSON. @throws EvidenceRefused `wrong_secret` where it is not the key that was registered */
export function secretText(secret: KeySecret, facts: EvidenceFacts, question: EvidenceQuestion): string {
  const key = parseKeyId(secret.keyId);
  if (question.kind !== 'key' || question.keyId !== secret.keyId || key === undefined)
    throw wrong('the secret is of another key than the one that is asked about');
  const chunk = facts
    .importOf(key.lotId)
    ?.chunks.find(
      ({ payload }) => payload.firstSerial + secret.index === key.serial && payload.count === secret.count,
    );
  if (chunk === undefined || !verifyDisclosure(secret, chunk.payload.commitment))
    throw wrong(`the secret is not the one that was registered as ${secret.keyId}`);
  const { keyId, number, secret: plain, salt, index, count, path } = secret;
  const { commitment } = chunk.payload;
  return `${canonicalJson({ keyId, number, secret: plain, proof: { salt, index, count, path, commitment } })}\n`;
}

function elementsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.filter(isObject);
  if (!isObject(value)) return [];
  for (const name of ['keys', 'data']) {
    if (value[name] !== undefined) return elementsOf(value[name]);
  }
  return [value];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong("the secret's file is no JSON; give the answer of the reveal as it came");
  }
}

function wrong(message: string): EvidenceRefused {
  return new EvidenceRefused('wrong_secret', message);
}
