import { openEmbedded } from './embedded/open.js';
import type { EventStore } from './event-store.js';
import type { OpenEventStoreDb } from './eventstoredb/open.js';

export interface EmbeddedConfig {
  readonly kind: 'embedded';
  /** The data directory. */
  readonly directory: string;
  readonly ledger: string;
  /** One process writes, any number read. */
  readonly mode: 'write' | 'read';
}

export interface EventStoreDbConfig extends OpenEventStoreDb {
  readonly kind: 'eventstoredb';
}

export type EventStoreConfig = EmbeddedConfig | EventStoreDbConfig;

/**
 * Opens the ledger on the engine that is configured.
 * @throws LedgerHeld when another process writes to an embedded ledger
 * @throws UnusableLedgerFile when an embedded ledger is not there to be read, or is not this one
 * @throws InvalidConnectionString
 */
export async function openEventStore(config: EventStoreConfig): Promise<EventStore> {
  switch (config.kind) {
    case 'embedded':
      return openEmbedded(config);
    case 'eventstoredb': {
      // Loaded only where it is used: the client and its gRPC stack cost a start more than everything else together.
      const { openEventStoreDb } = await import('./eventstoredb/open.js');
      return openEventStoreDb(config);
    }
  }
}
