import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { CustodyError } from './custody-error.js';

const ALGORITHM = 'aes-256-gcm';
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealing {
  readonly key: KeyObject;
  /** Twelve bytes, never twice with one key for different plaintexts. */
  readonly nonce: Buffer;
  /** What is not encrypted but must be the same when it is opened. */
  readonly associatedData: Buffer;
}

/** AES-256-GCM (NIST SP 800-38D). Answers nonce ‖ ciphertext ‖ tag. */
export function seal(plaintext: Buffer, { key, nonce, associatedData }: Sealing): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData);
  const body = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
}

/** @throws CustodyError `ciphertext_tampered` when a byte of it, or of the associated data, is not what was sealed */
export function unseal(sealed: Buffer, key: KeyObject, associatedData: Buffer): Buffer {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw tampered();
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw tampered(cause);
  }
  return plaintext;
}

export function tampered(cause?: unknown): CustodyError {
  return new CustodyError(
    'ciphertext_tampered',
    'a sealed secret is not what was written: the ledger was altered or damaged; restore it from a backup and verify it',
    { cause },
  );
}

/** Base64 as we write it, and nothing else. @throws CustodyError `ciphertext_tampered` */
export function sealedBytes(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw tampered();
  return bytes;
}
