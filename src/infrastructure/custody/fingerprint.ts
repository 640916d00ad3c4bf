import type { KeyObject } from 'node:crypto';
import { FastHmac } from './fast-hash.js';

/** A fingerprint is the first 16 bytes of an HMAC-SHA256. */
export const FINGERPRINT_BYTES = 16;

/** What makes a card key this one and no other; null and '' are both "no number". */
export interface KeyIdentity {
  readonly number: string | null;
  readonly secret: string;
}

const LENGTH_BYTES = 4;
const VALUE_BYTES_MAX = 16_384;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/**
 * Tells whether two card keys are the same without knowing either: HMAC-SHA256 under the ledger's pepper of the
 * number and the secret, each preceded by its length in bytes of UTF-8 (four, big-endian).
 */
export class Fingerprinter {
  private readonly hmac: FastHmac;

  constructor(pepper: KeyObject) {
    this.hmac = new FastHmac(pepper, 2 * (LENGTH_BYTES + VALUE_BYTES_MAX));
  }

  /** The fingerprints of the keys, in order, 16 bytes each, without anything between. */
  pack(keys: readonly KeyIdentity[]): Buffer {
    const packed = Buffer.allocUnsafe(keys.length * FINGERPRINT_BYTES);
    let at = 0;
    for (const key of keys) {
      const length = this.writeValue(this.writeValue(0, key.number ?? ''), key.secret);
      packed.write(this.hmac.digest(length), at, FINGERPRINT_BYTES, 'latin1');
      at += FINGERPRINT_BYTES;
    }
    return packed;
  }

  private writeValue(at: number, value: string): number {
    if (value.length * UTF8_BYTES_PER_UNIT_MAX > VALUE_BYTES_MAX) {
      throw new RangeError(
        `a key's number or secret of ${value.length} characters is too long to be fingerprinted`,
      );
    }
    const { message } = this.hmac;
    const length = message.write(value, at + LENGTH_BYTES, 'utf8');
    message.writeUInt32BE(length, at);
    return at + LENGTH_BYTES + length;
  }
}
