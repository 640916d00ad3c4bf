import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamName } from '../../../src/domain/shared/identifiers.js';
import { openEmbedded } from '../../../src/infrastructure/event-store/embedded/open.js';
import {
  NO_STREAM,
  START,
  type EventStore,
  type StoredEvent,
} from '../../../src/infrastructure/event-store/event-store.js';
import { openEventStoreDb } from '../../../src/infrastructure/event-store/eventstoredb/open.js';
import {
  migrateLedger,
  type MigrationSummary,
} from '../../../src/infrastructure/migration/migrate-ledger.js';
import { EventStoreDbDouble } from '../../support/eventstoredb/event-store-db-double.js';
import { allOf, newEvent, newEvents } from '../../support/event-store-events.js';

export const LEDGER = 'main';
export const order = (id: string) => streamName(LEDGER, 'order', 'M-001', id);
export const dataKey = (lotId: string) => streamName(LEDGER, 'aside.datakey', lotId);
export const genesis = streamName(LEDGER, 'genesis');
export const sealedSecrets = streamName(LEDGER, 'aside.genesis');

/** Places where a ledger can live, for one test. */
export class LedgerPlaces {
  private readonly opened: EventStore[] = [];
  private readonly directories: string[] = [];
  private readonly doubles: EventStoreDbDouble[] = [];

  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'sourcebook-move-'));
    this.directories.push(directory);
    return directory;
  }

  embedded(directory = this.directory(), mode: 'write' | 'read' = 'write'): EventStore {
    return this.keep(openEmbedded({ directory, ledger: LEDGER, mode }));
  }

  async cluster(): Promise<EventStore> {
    const { connectionString } = await this.double();
    return this.keep(openEventStoreDb({ connectionString, ledger: LEDGER }));
  }

  async double(): Promise<EventStoreDbDouble> {
    const double = await EventStoreDbDouble.start();
    this.doubles.push(double);
    return double;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((store) => store.close()));
    await Promise.all(this.doubles.splice(0).map((double) => double.stop()));
    for (const directory of this.directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  }

  private keep(store: EventStore): EventStore {
    this.opened.push(store);
    return store;
  }
}

/** Founds a small ledger: its secrets aside, its genesis, orders whose events alternate, two lots' data keys. */
export async function foundSmallLedger(store: EventStore): Promise<void> {
  await store.append(sealedSecrets, NO_STREAM, [newEvent({ sealed: '秘' })]);
  await store.append(genesis, NO_STREAM, [newEvent({ ledgerId: 'L-1' })]);
  await store.append(order('1'), NO_STREAM, newEvents(3));
  await store.append(dataKey('LOT-1'), NO_STREAM, newEvents(2));
  await store.append(order('2'), NO_STREAM, newEvents(2));
  await store.append(order('1'), 2, newEvents(2));
  await store.append(dataKey('LOT-2'), NO_STREAM, [newEvent()]);
  await store.append(order('2'), 1, newEvents(1));
}

/** The whole log, without what is an engine's own. */
export async function logOf(store: EventStore): Promise<Omit<StoredEvent, 'position'>[]> {
  return (await allOf(store.readAll(START))).map(({ position: _, ...event }) => event);
}

export function move(
  source: EventStore,
  target: EventStore,
  signal = new AbortController().signal,
): Promise<MigrationSummary> {
  return migrateLedger({ source, target, onProgress: () => undefined, signal });
}
