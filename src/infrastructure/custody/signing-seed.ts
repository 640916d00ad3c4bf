import type { KeyObject } from 'node:crypto';
import { publicKeyOf, signingKeyOf } from '../../proof/keys.js';
import type { SigningSeedSealed } from './events.js';
import { unwrapKey, wrapKey, type KeyUse } from './key-wrapping.js';

/** The Ed25519 key (RFC 8032) that a seed makes, as base64 of its 32 bytes. */
export function publicKeyTextOf(seed: KeyObject): string {
  return publicKeyOf(signingKeyOf(seed)).toString('base64');
}

export function sealSigningSeed(masterKey: KeyObject, ledgerId: string, seed: KeyObject): SigningSeedSealed {
  const publicKey = publicKeyTextOf(seed);
  const signingSeed = wrapKey(masterKey, seed, useOf(ledgerId, publicKey));
  return { type: 'SigningSeedSealed', schemaVersion: 1, payload: { ledgerId, publicKey, signingSeed } };
}

/** @throws CustodyError `master_key_wrong` or `ciphertext_tampered` */
export function openSigningSeed(
  masterKey: KeyObject,
  ledgerId: string,
  { publicKey, signingSeed }: SigningSeedSealed['payload'],
): KeyObject {
  return unwrapKey(masterKey, signingSeed, useOf(ledgerId, publicKey));
}

function useOf(ledgerId: string, publicKey: string): KeyUse {
  return { purpose: 'signing-seed', ledgerId, of: [publicKey] };
}
