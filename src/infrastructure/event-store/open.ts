import { openEmbedded } from './embedded/open.js';
import type { EventStore } from './event-store.js';

export interface EmbeddedConfig {
  readonly kind: 'embedded';
  /** The data directory. */
  readonly directory: string;
  readonly ledger: string;
  readonly mode: 'write' | 'read';
}

export type EventStoreConfig = EmbeddedConfig;

/**
 * Opens the ledger on the engine that is configured.
 * @throws LedgerHeld when another process writes to an embedded ledger
 */
export async function openEventStore(config: EventStoreConfig): Promise<EventStore> {
  return openEmbedded(config);
}
