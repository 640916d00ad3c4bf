import type { DomainEvent, Seen } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';
import type { LineCounts } from '../shared/units.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

/** The key file as it was received; its name is what the sender called it. */
export interface KeyFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What an import is of: said when it opens, and again when it completes so that readers need only the last. */
export interface ImportTerms {
  /** Fresh for each attempt: binds the data key, the chunks and the receipt together. */
  readonly attempt: string;
  readonly lotId: string;
  readonly poId: string;
  readonly sku: string;
  readonly supplierId: string;
  readonly unitCost: MoneyText;
  /** When the whole lot expires, if it does. */
  readonly lotExpiresAt: string | null;
  readonly file: KeyFile;
  readonly counts: LineCounts;
}

export type ImportOpened = DomainEvent<'ImportOpened', ImportTerms & { readonly saw: readonly Seen[] }>;

/** [first serial, first line, count]: accepted serials that stand on consecutive lines of the file. */
export type LineRun = readonly [firstSerial: number, firstLine: number, count: number];

/** [first serial, count, last good day or null]: consecutive serials that share an expiry of their own. */
export type ExpiryRun = readonly [firstSerial: number, count: number, expiresOn: string | null];

/** Up to 500 keys: their keyed fingerprints, one ciphertext, and a commitment that a reveal can open key by key. */
export type KeysRegistered = DomainEvent<
  'KeysRegistered',
  {
    attempt: string;
    lotId: string;
    firstSerial: number;
    count: number;
    /** base64 of `count` fingerprints of 16 bytes each, in serial order. */
    fingerprints: string;
    /** base64 of nonce ‖ ciphertext ‖ tag (AES-256-GCM). */
    ciphertext: string;
    /** base64 of the Merkle root over the chunk's salted key digests. */
    commitment: string;
    lineRuns: readonly LineRun[];
    expiryRuns: readonly ExpiryRun[];
  }
>;

/** A line whose key was known already, and where it first came from. */
export interface DuplicateLine {
  readonly line: number;
  readonly outcome: 'duplicateInFile' | 'duplicateInLedger';
  /** The key's id in the ledger, or in this file once it is imported; null where the file was refused. */
  readonly keyId: string | null;
}

/** A fact for auditors: which lines offered keys that were known. At most 1,000 lines are listed. */
export type DuplicateKeysFound = DomainEvent<
  'DuplicateKeysFound',
  {
    attempt: string | null;
    lotId: string;
    poId: string;
    sku: string;
    file: KeyFile;
    duplicateInFile: number;
    duplicateInLedger: number;
    listed: readonly DuplicateLine[];
  }
>;

/** A file that was read and refused: nothing of it is known, and its lot's id stays free. */
export type ImportRefused = DomainEvent<
  'ImportRefused',
  {
    lotId: string;
    poId: string;
    sku: string;
    file: KeyFile;
    code: 'no_keys' | 'over_receipt';
    counts: LineCounts;
  }
>;

export type ImportCompleted = DomainEvent<'ImportCompleted', ImportTerms>;

/** Its fingerprints are unknown again, its receipt is cancelled and its lot's id is free. */
export type ImportAbandoned = DomainEvent<
  'ImportAbandoned',
  { attempt: string; lotId: string; poId: string; sku: string; accepted: number; reason: string }
>;

export type KeyRegistryEvent =
  ImportOpened | KeysRegistered | DuplicateKeysFound | ImportRefused | ImportCompleted | ImportAbandoned;
