import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { lengthPrefixed } from './associated-data.js';
import { NONCE_BYTES, seal, sealedBytes, tampered, unseal } from './authenticated-encryption.js';
import { CustodyError } from './custody-error.js';

/** The length of every key here, in bytes. */
export const KEY_BYTES = 32;

const KEY_ID_BYTES = 8;

/** A key sealed by the master key. */
export interface WrappedKey {
  /** Names the master key without telling anything about it: eight bytes derived from it, in hex. */
  readonly masterKeyId: string;
  /** base64 of nonce ‖ ciphertext ‖ tag (AES-256-GCM). */
  readonly sealed: string;
}

/** What a wrapped key is for: bound to it, so that one cannot be put in another's place. */
export interface KeyUse {
  readonly purpose: 'pepper' | 'signing-seed' | 'data-key';
  readonly ledgerId: string;
  /** The lot and the attempt of a data key, the public key of a signing seed after the first; nothing otherwise. */
  readonly of: readonly string[];
}

/** A fresh 32-byte key. A `KeyObject` never shows its bytes in a log or an error. */
export function freshKey(): KeyObject {
  return createSecretKey(randomBytes(KEY_BYTES));
}

/** HKDF-SHA256 (RFC 5869) without salt; `info` keeps what is derived apart. */
export function derivedKey(key: KeyObject, info: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', info, KEY_BYTES)));
}

/** See `WrappedKey.masterKeyId`. */
export function masterKeyId(masterKey: KeyObject): string {
  return derivedKey(masterKey, 'sourcebook master key id v1')
    .export()
    .subarray(0, KEY_ID_BYTES)
    .toString('hex');
}

export function wrapKey(masterKey: KeyObject, key: KeyObject, use: KeyUse): WrappedKey {
  const sealing = {
    key: wrappingKey(masterKey),
    nonce: randomBytes(NONCE_BYTES),
    associatedData: nameOf(use),
  };
  return { masterKeyId: masterKeyId(masterKey), sealed: seal(key.export(), sealing).toString('base64') };
}

/** @throws CustodyError `master_key_wrong` or `ciphertext_tampered` */
export function unwrapKey(masterKey: KeyObject, wrapped: WrappedKey, use: KeyUse): KeyObject {
  if (wrapped.masterKeyId !== masterKeyId(masterKey)) {
    throw new CustodyError(
      'master_key_wrong',
      `the ledger's keys were wrapped by master key ${wrapped.masterKeyId}, not by the one given ` +
        `(${masterKeyId(masterKey)}); give the one that the ledger was founded with`,
    );
  }
  const key = unseal(sealedBytes(wrapped.sealed), wrappingKey(masterKey), nameOf(use));
  if (key.length !== KEY_BYTES) throw tampered();
  return createSecretKey(key);
}

function wrappingKey(masterKey: KeyObject): KeyObject {
  return derivedKey(masterKey, 'sourcebook key wrapping v1');
}

function nameOf(use: KeyUse): Buffer {
  return lengthPrefixed(use.purpose, use.ledgerId, ...use.of);
}
