import type { DomainEvent } from '../shared/event.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

/** The ledger's identity, the first event of its sequence. */
export type LedgerFounded = DomainEvent<
  'LedgerFounded',
  {
    ledgerId: string;
    /** What the ledger's checkpoints name, a schema-less URL. */
    origin: string;
    /** base64 of the Ed25519 key that its checkpoints are signed with; null for a ledger founded by version 1. */
    signingKey: string | null;
  }
>;

/** From here on checkpoints are signed with this key too. Its seed was sealed before. */
export type SigningKeyAdded = DomainEvent<
  'SigningKeyAdded',
  {
    /** base64 of the Ed25519 key, 32 bytes. */
    publicKey: string;
  }
>;

/** From here on checkpoints are not signed with this key any more; it was not stolen, only followed by another. */
export type SigningKeyRetired = DomainEvent<
  'SigningKeyRetired',
  {
    /** Null: the key of a founding of version 1. */
    publicKey: string | null;
  }
>;

/**
 * The history that was signed under an origin does not go on: an older backup was restored. What follows is signed
 * under a new origin, and this says what the old one had promised.
 */
export type LogForked = DomainEvent<
  'LogForked',
  {
    previousOrigin: string;
    origin: string;
    /** The last promise under the old origin that is still known: how many events, and the root of their tree in base64. */
    promised: { size: number; root: string } | null;
    reason: string;
  }
>;

export type GenesisEvent = LedgerFounded | SigningKeyAdded | SigningKeyRetired | LogForked;
