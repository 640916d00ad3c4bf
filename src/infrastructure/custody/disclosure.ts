import { createHash } from 'node:crypto';

/**
 * One key of a chunk, opened: with the chunk's commitment, which the ledger holds, it proves that this secret is the
 * one received under this serial, and tells nothing of any other. Secret: only for the holder of the key.
 */
export interface KeyDisclosure {
  /** '' for a key without number. */
  readonly number: string;
  readonly secret: string;
  /** base64 of 32 bytes. */
  readonly salt: string;
  /** The key's place in its chunk, from 0: its serial less the chunk's first. */
  readonly index: number;
  /** How many keys the chunk has. */
  readonly count: number;
  /** base64 of the siblings on the way to the root, the leaf's own first. */
  readonly path: readonly string[];
}

const HASH_BYTES = 32;

/**
 * Whether the key was committed to at its place. Needs nothing but this file: SHA-256(salt ‖ JCS [number, secret]) is
 * a leaf's entry of an RFC 6962 tree whose root is the commitment; the path is checked by RFC 9162 section 2.1.3.2.
 * @param commitment base64 of the root, from the chunk's `KeysRegistered` event
 */
export function verifyDisclosure(disclosure: KeyDisclosure, commitment: string): boolean {
  const { index, count } = disclosure;
  const salt = hashOf(disclosure.salt);
  const root = hashOf(commitment);
  const path = disclosure.path.map(hashOf);
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count) || index < 0 || index >= count)
    return false;
  if (salt === null || root === null) return false;
  const text = JSON.stringify([disclosure.number, disclosure.secret]);
  const leaf = sha256(Buffer.of(0), sha256(salt, Buffer.from(text, 'utf8')));
  return rootOf(leaf, index, count, path)?.equals(root) ?? false;
}

/** Null when the path has not the length or form that the place demands. */
function rootOf(leaf: Buffer, index: number, count: number, path: readonly (Buffer | null)[]): Buffer | null {
  let [place, last, hash] = [index, count - 1, leaf];
  for (const sibling of path) {
    if (sibling === null || last === 0) return null;
    if (place % 2 === 1 || place === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      hash = sha256(Buffer.of(1), hash, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** Null unless the text is the one base64 form of 32 bytes. */
function hashOf(base64: string): Buffer | null {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === HASH_BYTES && bytes.toString('base64') === base64 ? bytes : null;
}
