import { randomUUID } from 'node:crypto';
import { streamName, type StreamName } from '../../../src/domain/shared/identifiers.js';
import type { EventStoreDbEventStore } from '../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import {
  openEventStoreDb,
  type OpenEventStoreDb,
} from '../../../src/infrastructure/event-store/eventstoredb/open.js';
import { EventStoreDbDouble } from './event-store-db-double.js';

/** Attempts that a store of these tests makes. */
export const ATTEMPTS = 4;

/** For a store that is to wait for a busy machine rather than to find out what silence is. */
export const PATIENT = { appendTimeoutMs: 20_000, readTimeoutMs: 20_000 };

/** A double, stores on it that do not pause between attempts, and an eye on what nobody caught. */
export class DoubleBench {
  double!: EventStoreDbDouble;
  store!: EventStoreDbEventStore;
  ledger = '';
  readonly uncaught: unknown[] = [];
  private readonly stores: EventStoreDbEventStore[] = [];
  private readonly doubles: EventStoreDbDouble[] = [];
  private readonly catchUp = (reason: unknown): void => {
    this.uncaught.push(reason);
  };

  async setUp(): Promise<void> {
    process.on('unhandledRejection', this.catchUp);
    this.ledger = randomUUID();
    this.double = await this.startDouble();
    this.store = this.open();
  }

  async tearDown(): Promise<void> {
    await Promise.all(this.stores.splice(0).map((store) => store.close()));
    await Promise.all(this.doubles.splice(0).map((double) => double.stop()));
    process.removeListener('unhandledRejection', this.catchUp);
    expect(this.uncaught.splice(0)).toEqual([]);
  }

  async startDouble(...log: Parameters<typeof EventStoreDbDouble.start>): Promise<EventStoreDbDouble> {
    const double = await EventStoreDbDouble.start(...log);
    this.doubles.push(double);
    return double;
  }

  open(options: Partial<OpenEventStoreDb> = {}): EventStoreDbEventStore {
    const store = openEventStoreDb({
      connectionString: this.double.connectionString,
      ledger: this.ledger,
      appendTimeoutMs: 250,
      readTimeoutMs: 400,
      silenceTimeoutMs: 20_000,
      attempts: ATTEMPTS,
      pause: () => Promise.resolve(),
      ...options,
    });
    this.stores.push(store);
    return store;
  }

  order(id = '1'): StreamName {
    return streamName(this.ledger, 'order', 'M-001', id);
  }

  aside(id = '1'): StreamName {
    return streamName(this.ledger, 'aside.key', id);
  }

  /** The ids that the server keeps for a stream, however often. */
  keptIds(stream: string): readonly string[] {
    return this.double.log.ofStream(stream).map(({ eventId }) => eventId);
  }
}

/** Resolves when the condition holds, which is looked at in every turn of the event loop. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
