import type { KeyObject } from 'node:crypto';
import { FastHmac, HASH_BYTES, sha256Into } from './fast-hash.js';

/** The salt's length, in bytes: all of an HMAC-SHA256. */
export const SALT_BYTES = HASH_BYTES;

const SERIAL_BYTES = 8;
const UINT32_VALUES = 2 ** 32;
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
const ENTRY_BYTES_START = 4096;

/** A Merkle tree (RFC 6962 section 2.1), kept by its levels: the leaves' hashes first, the root last. */
export type MerkleLevels = readonly Buffer[];

/**
 * Salts each key of a lot and hashes it: the salt is the HMAC-SHA256, under a key derived from the lot's data key, of
 * the serial (eight bytes, big-endian); the digest is SHA-256(salt ‖ JCS [number, secret]).
 */
export class KeyDigests {
  private readonly salts: FastHmac;
  private entry = Buffer.allocUnsafe(ENTRY_BYTES_START);

  constructor(saltKey: KeyObject) {
    this.salts = new FastHmac(saltKey, SERIAL_BYTES);
  }

  salt(serial: number): Buffer {
    return Buffer.from(this.saltText(serial), 'latin1');
  }

  /** The digests of the keys from a serial on, without anything between. @param texts JCS [number, secret] of each */
  pack(firstSerial: number, texts: readonly string[]): Buffer {
    const digests = Buffer.allocUnsafe(texts.length * HASH_BYTES);
    texts.forEach((text, index) => {
      this.reserve(SALT_BYTES + text.length * 3);
      this.entry.write(this.saltText(firstSerial + index), 0, 'latin1');
      const length = SALT_BYTES + this.entry.write(text, SALT_BYTES, 'utf8');
      sha256Into(digests, index * HASH_BYTES, this.entry.subarray(0, length));
    });
    return digests;
  }

  private saltText(serial: number): string {
    this.salts.message.writeUInt32BE(Math.floor(serial / UINT32_VALUES), 0);
    this.salts.message.writeUInt32BE(serial % UINT32_VALUES, 4);
    return this.salts.digest(SERIAL_BYTES);
  }

  private reserve(bytes: number): void {
    if (bytes > this.entry.length) this.entry = Buffer.allocUnsafe(bytes);
  }
}

/** The tree over at least one digest. A node without a sibling is its own parent. */
export function merkleLevels(digests: Buffer): MerkleLevels {
  let level = leafHashes(digests);
  const levels = [level];
  while (level.length > HASH_BYTES) {
    level = parentsOf(level);
    levels.push(level);
  }
  return levels;
}

export function merkleRoot(levels: MerkleLevels): Buffer {
  return levels[levels.length - 1] as Buffer;
}

/** The siblings on the way from a leaf to the root, the leaf's own first. */
export function merklePath(levels: MerkleLevels, index: number): Buffer[] {
  const path: Buffer[] = [];
  let place = index;
  for (const level of levels.slice(0, -1)) {
    const sibling = place ^ 1;
    const hash = level.subarray(sibling * HASH_BYTES, (sibling + 1) * HASH_BYTES);
    if (hash.length > 0) path.push(hash);
    place >>= 1;
  }
  return path;
}

function leafHashes(digests: Buffer): Buffer {
  const leaves = Buffer.allocUnsafe(digests.length);
  const input = Buffer.allocUnsafe(1 + HASH_BYTES);
  input[0] = LEAF_PREFIX;
  for (let at = 0; at < digests.length; at += HASH_BYTES) {
    digests.copy(input, 1, at, at + HASH_BYTES);
    sha256Into(leaves, at, input);
  }
  return leaves;
}

function parentsOf(level: Buffer): Buffer {
  const count = Math.ceil(level.length / (2 * HASH_BYTES));
  const parents = Buffer.allocUnsafe(count * HASH_BYTES);
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  input[0] = NODE_PREFIX;
  for (let index = 0; index < count; index += 1) {
    const left = index * 2 * HASH_BYTES;
    const alone = left + HASH_BYTES === level.length;
    if (alone) {
      level.copy(parents, index * HASH_BYTES, left);
    } else {
      level.copy(input, 1, left, left + 2 * HASH_BYTES);
      sha256Into(parents, index * HASH_BYTES, input);
    }
  }
  return parents;
}
