import { hash } from 'node:crypto';

/** Of every hash of a tree: SHA-256. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
/** Of a leaf's input that is hashed without an allocation; entries are seldom larger. */
const LEAF_SCRATCH_BYTES = 4096;

// Node runs one thread over these, and nothing waits between writing and hashing them.
const leafInput = Buffer.alloc(LEAF_SCRATCH_BYTES, LEAF_PREFIX);
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

/** SHA-256 of bytes, or of a text's UTF-8. The text answer is the fastest that Node 20 has. */
export function sha256(data: Uint8Array | string): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}

/** As 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256(0x00 ‖ entry): RFC 6962 §2.1. */
export function leafHash(entry: Uint8Array): Buffer {
  const length = 1 + entry.length;
  if (length > LEAF_SCRATCH_BYTES) return sha256(Buffer.concat([Buffer.of(LEAF_PREFIX), entry]));
  leafInput.set(entry, 1);
  return sha256(leafInput.subarray(0, length));
}

/** SHA-256(0x01 ‖ left ‖ right): RFC 6962 §2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = sha256('');

/** The root of a full subtree. @param hashes its lowest nodes one after another, a power of two of them */
export function fullSubtreeRoot(hashes: Uint8Array): Buffer {
  const nodes = Buffer.from(hashes);
  for (let count = nodes.length / HASH_BYTES; count > 1; count /= 2) {
    for (let parent = 0; parent < count / 2; parent += 1) {
      const at = parent * HASH_BYTES;
      nodeInput.set(nodes.subarray(2 * at, 2 * at + 2 * HASH_BYTES), 1);
      nodes.write(hash('sha256', nodeInput, 'binary'), at, 'latin1');
    }
  }
  return nodes.subarray(0, HASH_BYTES);
}
