import { hash, type KeyObject } from 'node:crypto';

export const HASH_BYTES = 32;

const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * SHA-256 of `input`, written to `target` from `at` on. One call with a text answer: on Node 20 that takes 0.5 µs
 * where an answer as a Buffer takes 1.3 µs and `createHash` 1.8 µs.
 */
export function sha256Into(target: Buffer, at: number, input: Buffer): void {
  target.write(hash('sha256', input, 'binary'), at, 'latin1');
}

/**
 * HMAC-SHA256 (RFC 2104) with the key's pads prepared: two calls of `sha256Into` where `createHmac` takes 3.6 µs.
 * An import computes it twice for every key.
 */
export class FastHmac {
  private readonly inner: Buffer;
  private readonly outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
  /** Where the message is to be written before `digestInto`. */
  readonly message: Buffer;

  /** @param messageBytesMax the longest message that will come */
  constructor(key: KeyObject, messageBytesMax: number) {
    const bytes = key.export();
    if (bytes.length > BLOCK_BYTES)
      throw new RangeError(`an HMAC key of ${bytes.length} bytes exceeds a block`);
    this.inner = Buffer.alloc(BLOCK_BYTES + messageBytesMax);
    this.message = this.inner.subarray(BLOCK_BYTES);
    for (let at = 0; at < BLOCK_BYTES; at += 1) {
      const byte = bytes[at] ?? 0;
      this.inner[at] = byte ^ INNER_PAD;
      this.outer[at] = byte ^ OUTER_PAD;
    }
  }

  /** The HMAC of the first `length` bytes of `message`, as 32 characters of one byte each. */
  digest(length: number): string {
    sha256Into(this.outer, BLOCK_BYTES, this.inner.subarray(0, BLOCK_BYTES + length));
    return hash('sha256', this.outer, 'binary');
  }
}
