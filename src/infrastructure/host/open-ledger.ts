import type { LedgerImportDesk } from '../import/ledger-import-desk.js';
import type { KeyVault } from '../../domain/order/key-vault.js';
import type { EventStore } from '../event-store/event-store.js';
import type { SigningKeys } from '../transparency/signing-keys.js';
import type { EventSourcedLedger } from '../write-path/event-sourced-ledger.js';
import type { Configuration } from './configuration.js';

/** What the open ledger is injected as. */
export const OPEN_LEDGER = Symbol('OpenLedger');

/** A ledger that this process holds: everything that is open, to be closed once. */
export interface OpenLedger {
  readonly configuration: Configuration;
  readonly ledgerId: string;
  readonly origin: string;
  readonly store: EventStore;
  readonly ledger: EventSourcedLedger;
  readonly desk: LedgerImportDesk;
  readonly vault: KeyVault;
  readonly signingKeys: SigningKeys;
  /** Told to the person who started it: a new master key and its backup, for instance. */
  readonly warnings: readonly string[];
  /** Finishes what is under way, in the right order. */
  close(): Promise<void>;
}
