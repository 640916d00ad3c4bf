import type { KeyObject } from 'node:crypto';
import type { LedgerSecretsSealed } from './events.js';
import { freshKey, unwrapKey, wrapKey, type KeyUse } from './key-wrapping.js';

/** What every instance of a ledger must hold to write to it. */
export interface LedgerSecrets {
  /** Keys the fingerprints of card keys. */
  readonly pepper: KeyObject;
  /** The 32-byte seed of the ledger's Ed25519 key (RFC 8032). */
  readonly signingSeed: KeyObject;
}

export function freshLedgerSecrets(): LedgerSecrets {
  return { pepper: freshKey(), signingSeed: freshKey() };
}

export function sealLedgerSecrets(
  masterKey: KeyObject,
  ledgerId: string,
  secrets: LedgerSecrets,
): LedgerSecretsSealed {
  return {
    type: 'LedgerSecretsSealed',
    schemaVersion: 1,
    payload: {
      ledgerId,
      pepper: wrapKey(masterKey, secrets.pepper, pepperOf(ledgerId)),
      signingSeed: wrapKey(masterKey, secrets.signingSeed, signingSeedOf(ledgerId)),
    },
  };
}

/**
 * @param ledgerId of the ledger being opened, not of the event: secrets of another ledger do not open
 * @throws CustodyError `master_key_wrong` or `ciphertext_tampered`: the instance must not start
 */
export function openLedgerSecrets(
  masterKey: KeyObject,
  ledgerId: string,
  sealed: LedgerSecretsSealed['payload'],
): LedgerSecrets {
  return {
    pepper: unwrapKey(masterKey, sealed.pepper, pepperOf(ledgerId)),
    signingSeed: unwrapKey(masterKey, sealed.signingSeed, signingSeedOf(ledgerId)),
  };
}

function pepperOf(ledgerId: string): KeyUse {
  return { purpose: 'pepper', ledgerId, of: [] };
}

function signingSeedOf(ledgerId: string): KeyUse {
  return { purpose: 'signing-seed', ledgerId, of: [] };
}
