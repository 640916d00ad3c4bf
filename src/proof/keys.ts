import { createPrivateKey, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { decodeBase64, encodeBase64 } from './base64.js';
import { sha256 } from './hashes.js';
import { Malformed } from './malformed.js';

/** What a key of a signed note signs (C2SP signed-note, signature types). */
export const SIGNATURE_TYPE = { note: 0x01, cosignature: 0x04 } as const;

export const SEED_BYTES = 32;
export const ED25519_SIGNATURE_BYTES = 64;

const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
/** DER of an Ed25519 key up to the key itself (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key that signs notes, as its verifier key (vkey) names it. */
export interface NoteKey {
  /** Without white space and "+"; a schema-less URL by custom. */
  readonly name: string;
  readonly signatureType: number;
  /** Ed25519: 32 bytes (RFC 8032). */
  readonly publicKey: Buffer;
}

/** The first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key): tells keys apart, proves nothing. */
export function keyIdOf({ name, signatureType, publicKey }: NoteKey): number {
  return sha256(
    Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(signatureType), publicKey]),
  ).readUInt32BE();
}

/** A key's four bytes, as a vkey writes them. */
export function keyIdText(keyId: number): string {
  return keyId.toString(16).padStart(2 * KEY_ID_BYTES, '0');
}

/** The verifier key: `name+keyId+base64(type ‖ public key)` (C2SP signed-note). */
export function vkeyOf(key: NoteKey): string {
  const material = encodeBase64(Buffer.concat([Buffer.of(key.signatureType), key.publicKey]));
  return `${key.name}+${keyIdText(keyIdOf(key))}+${material}`;
}

/** The key of a vkey of one of our types: an Ed25519 one. @throws Malformed */
export function readNoteKey(vkey: string): NoteKey {
  // The base64 may hold a "+" itself.
  const [, name, keyId, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(vkey) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined || !isKeyName(name))
    throw new Malformed('a verifier key is written as name+8 hex digits+base64');
  const material = decodeBase64(encoded, "the verifier key's last part");
  const key: NoteKey = {
    name,
    signatureType: material.readUInt8(),
    publicKey: material.subarray(1),
  };
  if (!Object.values<number>(SIGNATURE_TYPE).includes(key.signatureType))
    throw new Malformed(
      `the verifier key of ${name} is of type ${key.signatureType}: only Ed25519 (1 and 4) is known`,
    );
  if (key.publicKey.length !== PUBLIC_KEY_BYTES)
    throw new Malformed(`the verifier key of ${name} holds no Ed25519 key of ${PUBLIC_KEY_BYTES} bytes`);
  if (keyIdText(keyIdOf(key)) !== keyId)
    throw new Malformed(`the verifier key of ${name} has another key id than ${keyId}: it was changed`);
  return key;
}

/** Neither empty nor with white space, control characters or "+". */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{White_Space}\p{Cc}\p{Surrogate}]+$/u.test(name);
}

/** @throws RangeError when the name is none that a note can carry */
export function checkKeyName(name: string): string {
  if (!isKeyName(name))
    throw new RangeError(`${JSON.stringify(name)} is no key's name: it holds neither white space nor "+"`);
  return name;
}

/**
 * @param seed 32 bytes, as a Buffer or a secret KeyObject; or an Ed25519 private key
 * @throws RangeError for anything else
 */
export function signingKeyOf(seed: Uint8Array | KeyObject): KeyObject {
  if (!(seed instanceof Uint8Array) && seed.type !== 'secret') {
    if (seed.type === 'private' && seed.asymmetricKeyType === 'ed25519') return seed;
    throw new RangeError('a note is signed with an Ed25519 private key or its seed');
  }
  const bytes = seed instanceof Uint8Array ? seed : seed.export();
  if (bytes.length !== SEED_BYTES) throw new RangeError(`an Ed25519 seed has ${SEED_BYTES} bytes`);
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, bytes]), format: 'der', type: 'pkcs8' });
}

/** The 32 bytes of a private key's public half (RFC 8032). */
export function publicKeyOf(signingKey: KeyObject): Buffer {
  const spki = createPublicKey(signingKey).export({ format: 'der', type: 'spki' });
  return spki.subarray(SPKI_PREFIX.length);
}

/** Verifies Ed25519 signatures (RFC 8032) under one public key. */
export function ed25519Verifier(publicKey: Buffer): (message: Uint8Array, signature: Uint8Array) => boolean {
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  });
  return (message, signature) =>
    signature.length === ED25519_SIGNATURE_BYTES && verify(null, message, key, signature);
}
