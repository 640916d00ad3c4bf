import { HASH_BYTES, leafHash, sha256 } from '../../proof/hashes.js';
import { canonicalJson } from '../../proof/canonical-json.js';
import { decodeBase64 } from '../../proof/base64.js';
import { verifyInclusion } from '../../proof/merkle-proof.js';
import type { Story } from './story.js';
import { keyOf } from './texts.js';

interface KeySecret {
  readonly keyId: string;
  readonly number: string;
  readonly secret: string;
  readonly proof: {
    readonly salt: string;
    readonly index: number;
    readonly count: number;
    readonly path: readonly string[];
    readonly commitment: string;
  };
}

/**
 * Proves that a secret is that of a key of the ledger: SHA-256(salt ‖ JCS [number, secret]) is a leaf's entry, at the
 * key's place, of the tree that its chunk's event commits to.
 * @param text `key.json` of a pack, or what a reveal answered for the key
 * @throws Error saying what does not fit; never with the secret in it
 */
export function proveKey(text: string, keyId: string, story: Story): void {
  const { number, secret, proof } = secretOf(text, keyId);
  const { lotId, serial } = keyOf(keyId);
  const chunk = story
    .registrationOf(lotId)
    ?.chunks.find(
      ({ payload }) => payload.firstSerial <= serial && serial < payload.firstSerial + payload.count,
    );
  if (chunk === undefined) throw new RangeError(`the pack holds no event that registers ${keyId}`);
  const { firstSerial, count, commitment } = chunk.payload;
  if (proof.commitment !== commitment)
    throw new RangeError(`the proof is under another commitment than that of event ${chunk.sequence}`);
  if (proof.index !== serial - firstSerial || proof.count !== count)
    throw new RangeError(`the proof is not of the place of ${keyId}`);
  const salt = hashOf(proof.salt, 'the salt');
  const entry = sha256(Buffer.concat([salt, Buffer.from(JSON.stringify([number, secret]))]));
  const isRegistered = verifyInclusion({
    leafHash: leafHash(entry),
    index: proof.index,
    size: count,
    proof: proof.path.map((hash) => hashOf(hash, 'a hash of the path')),
    root: hashOf(commitment, 'the commitment'),
  });
  if (!isRegistered)
    throw new RangeError(`the number and secret are not those that were registered as ${keyId}`);
}

/** Whether a pack's own `key.json` is written in its one form. @throws Error where it is not */
export function requireCanonicalKey(text: string): void {
  const value: unknown = JSON.parse(text);
  if (`${canonicalJson(value)}\n` !== text)
    throw new RangeError('key.json is not written in its canonical form');
}

/** An element of a reveal's answer, or that answer whole. */
function secretOf(text: string, keyId: string): KeySecret {
  const found = elementsOf(parsed(text)).find((each) => (each as Partial<KeySecret>).keyId === keyId);
  if (!isSecret(found)) throw new RangeError(`there is no number, secret and proof of ${keyId}`);
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
    throw new RangeError("the key's file is no JSON");
  }
}

function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'object' && each !== null);
  if (typeof value !== 'object' || value === null) return [];
  const { keys, data } = value as { readonly keys?: unknown; readonly data?: unknown };
  return keys === undefined && data === undefined ? [value] : elementsOf(keys ?? data);
}

function isSecret(value: unknown): value is KeySecret {
  const { number, secret, proof } = (value ?? {}) as Partial<KeySecret>;
  if (typeof number !== 'string' || typeof secret !== 'string' || typeof proof !== 'object' || proof === null)
    return false;
  const { salt, path, commitment } = proof as Partial<KeySecret['proof']>;
  return (
    [salt, commitment].every((text) => typeof text === 'string') &&
    Array.isArray(path) &&
    path.every((hash) => typeof hash === 'string')
  );
}

function hashOf(text: string, what: string): Buffer {
  const bytes = decodeBase64(text, what);
  if (bytes.length !== HASH_BYTES) throw new RangeError(`${what} has ${HASH_BYTES} bytes`);
  return bytes;
}
