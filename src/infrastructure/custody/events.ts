import type { DomainEvent } from '../../domain/shared/event.js';
import type { WrappedKey } from './key-wrapping.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

/**
 * Of the aside twin of `genesis`, once in a ledger's life: the pepper of the keyed fingerprints and the seed of the
 * key that signs checkpoints. Racing first starts agree on whichever was appended first.
 */
export type LedgerSecretsSealed = DomainEvent<
  'LedgerSecretsSealed',
  { ledgerId: string; pepper: WrappedKey; signingSeed: WrappedKey }
>;

/** Of the aside twin of `genesis`: the seed of a key that follows the first, sealed before the key is published. */
export type SigningSeedSealed = DomainEvent<
  'SigningSeedSealed',
  {
    ledgerId: string;
    /** base64 of the Ed25519 key that the seed makes. */
    publicKey: string;
    signingSeed: WrappedKey;
  }
>;

/**
 * Of the aside stream `aside.datakey-<lot>`, once for each attempt at importing the lot: destroying the stream
 * destroys the lot's secrets and nothing else.
 */
export type DataKeyWrapped = DomainEvent<
  'DataKeyWrapped',
  { lotId: string; attempt: string; wrapped: WrappedKey }
>;

export type CustodyEvent = LedgerSecretsSealed | SigningSeedSealed | DataKeyWrapped;

/** The category of the stream that holds the ledger's sealed secrets. */
export const SECRETS_CATEGORY = 'aside.genesis';

/** The category of the streams of wrapped data keys, one for each lot. */
export const DATA_KEY_CATEGORY = 'aside.datakey';
