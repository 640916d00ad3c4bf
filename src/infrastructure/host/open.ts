import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keyRegistry } from '../../domain/key-registry/decide.js';
import { streamName } from '../../domain/shared/identifiers.js';
import { Fingerprinter } from '../custody/fingerprint.js';
import { obtainMasterKey, type ObtainedMasterKey } from '../custody/master-key.js';
import type { EventStore } from '../event-store/event-store.js';
import { openEventStore, type EventStoreConfig } from '../event-store/open.js';
import { DataKeyShelf } from '../import/data-key-shelf.js';
import { LedgerImportDesk, type DeskSurroundings } from '../import/ledger-import-desk.js';
import { LedgerKeyVault } from '../import/ledger-key-vault.js';
import { RegistryFollower } from '../import/registry-follower.js';
import { KeyIndex } from '../key-index/key-index.js';
import { SigningKeys } from '../transparency/signing-keys.js';
import { EventSourcedLedger } from '../write-path/event-sourced-ledger.js';
import { openSnapshotShelf } from '../write-path/snapshot-shelf.js';
import { presentTime } from './clock.js';
import { InvalidConfiguration, type Configuration } from './configuration.js';
import { foundLedger, isFounded } from './genesis.js';
import type { OpenLedger } from './open-ledger.js';

const OWNER_ONLY = 0o700;

/**
 * The engine that a configuration names, to be written by this process or only read.
 * @throws InvalidConfiguration for a cluster's instance in the directory of an embedded ledger: read models keep the
 * positions of one engine, which are not the other's
 */
export function eventStoreConfig(configuration: Configuration, mode: 'write' | 'read'): EventStoreConfig {
  const { directory, ledger, eventStoreUrl } = configuration;
  if (eventStoreUrl === undefined) return { kind: 'embedded', directory, ledger, mode };
  if (!existsSync(join(directory, 'ledger.sqlite'))) {
    return { kind: 'eventstoredb', connectionString: eventStoreUrl, ledger };
  }
  throw new InvalidConfiguration(
    `SOURCEBOOK_DATA=${directory} holds an embedded ledger; give an instance on EventStoreDB an empty directory`,
  );
}

/**
 * Opens the ledger for writing, and founds it where there is none.
 * @throws LedgerHeld, CustodyError, StoreUnavailable or what the engine says of a file that is not usable
 */
export async function openLedger(configuration: Configuration): Promise<OpenLedger> {
  mkdirSync(configuration.directory, { recursive: true, mode: OWNER_ONLY });
  const store = await openEventStore(eventStoreConfig(configuration, 'write'));
  try {
    return await openLedgerOn(configuration, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The master key of a configuration's ledger. @throws CustodyError */
async function masterKeyOf(configuration: Configuration, store: EventStore): Promise<ObtainedMasterKey> {
  const { directory, eventStoreUrl, masterKey, ledger } = configuration;
  return obtainMasterKey({
    environmentValue: masterKey,
    file: eventStoreUrl === undefined ? join(directory, 'master.key') : null,
    ledgerExists: await isFounded({ store, ledgerName: ledger }),
  });
}

/** As `openLedger`, on a store that is open already and is closed with the ledger. */
export async function openLedgerOn(
  configuration: Configuration,
  store: EventStore,
  patience: Pick<DeskSurroundings, 'stalledAfterMs'> = {},
): Promise<OpenLedger> {
  const { directory, ledger: ledgerName } = configuration;
  const now = presentTime;
  const { masterKey, warning } = await masterKeyOf(configuration, store);
  const founded = await foundLedger({ store, ledgerName, origin: configuration.origin, now }, masterKey);
  const { ledgerId, origin, secrets } = founded;
  const index = new KeyIndex(join(directory, 'key-index.sqlite'), ledgerId);
  const shelf = openSnapshotShelf(join(directory, `snapshots-${ledgerId}.sqlite`));
  const ledger = new EventSourcedLedger(ledgerName, { store, shelf, now });
  const dataKeys = new DataKeyShelf({ store, ledgerName, ledgerId, masterKey, now });
  const follower = new RegistryFollower(store, streamName(ledgerName, keyRegistry.category), index);
  const fingerprinter = new Fingerprinter(secrets.pepper);
  const desk = new LedgerImportDesk({ follower, fingerprinter, dataKeys, ...patience });
  const close = async (): Promise<void> => {
    await ledger.flushRiders();
    await store.close();
    index.close();
    shelf.close();
  };
  const foundingSeed = secrets.signingSeed;
  const signingKeys = new SigningKeys({ store, ledgerName, ledgerId, masterKey, foundingSeed, now });
  const warnings = warning === null ? [] : [warning];
  return {
    configuration,
    ledgerId,
    origin,
    store,
    ledger,
    desk,
    vault: new LedgerKeyVault(follower, dataKeys),
    signingKeys,
    warnings,
    close,
  };
}
