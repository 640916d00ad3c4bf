import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  NO_STREAM,
  type EventStore,
  type NewEvent,
} from '../../src/infrastructure/event-store/event-store.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { eventStoreConfig, openLedger } from '../../src/infrastructure/host/open.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { ledgerConfiguration } from '../ledgers/ledger-shelf.js';
import { NewOrders, type NewOrder } from '../ledgers/new-orders.js';
import { againstFloor, notMeasured, type Row } from '../report/row.js';
import { interleaved, rateOf } from '../rounds.js';

const PACKAGE = '@event-driven-io/emmett-sqlite';
const SEED = 42;
const MEASUREMENT = 'append-one beside emmett-sqlite';
const HOW_TO_RUN = `npm i --no-save --legacy-peer-deps ${PACKAGE} @event-driven-io/emmett sqlite3 uuid async-retry`;

/** As much of the other store as is used here. */
interface OtherStore {
  appendToStream(
    stream: string,
    events: readonly object[],
    options: { readonly expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
  ): Promise<unknown>;
}

interface OtherModule {
  getSQLiteEventStore(options: {
    readonly fileName: string;
    readonly schema: { readonly autoMigration: 'CreateOrUpdate' };
  }): OtherStore;
}

/**
 * The same appends, one after the other, through another event store on SQLite, whose rate stands as the floor. Both
 * begin empty. Many writers at once are not compared: it answers them with SQLITE_BUSY.
 */
export const emmettSqlite: Benchmark = {
  name: 'emmett-sqlite',
  async run(bench) {
    const other = load(bench.note);
    if (other === undefined) {
      return [notMeasured(MEASUREMENT, 'events/s')];
    }
    return bench.ledgers.withDirectory((directory) => measure(bench, directory, other));
  },
};

/** Undefined where it, or something that it needs, is not installed; looked for from the working directory. */
function load(note: Bench['note']): OtherModule | undefined {
  try {
    return createRequire(join(process.cwd(), 'package.json'))(PACKAGE) as OtherModule;
  } catch (error) {
    if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND')
      throw error;
    note(`emmett-sqlite: NOT RUN, ${error.message.split('\n')[0]}; ${HOW_TO_RUN}`);
    return undefined;
  }
}

async function measure({ scale }: Bench, directory: string, other: OtherModule): Promise<readonly Row[]> {
  const configuration = ledgerConfiguration(join(directory, 'ours'));
  await (await openLedger(configuration)).close();
  const store = await openEventStore(eventStoreConfig(configuration, 'write'));
  const theirs = other.getSQLiteEventStore({
    fileName: join(directory, 'theirs.sqlite'),
    schema: { autoMigration: 'CreateOrUpdate' },
  });
  try {
    const [ours, others] = [new NewOrders(SEED), new NewOrders(SEED)];
    const count = scale.singleAppends;
    const { rate, floor } = await interleaved(scale.rounds, {
      floor: () => appendRate(others.take(count), (order) => appendToOther(theirs, order)),
      rate: () => appendRate(ours.take(count), (order) => appendToOurs(store, order)),
    });
    return [againstFloor({ measurement: MEASUREMENT, value: rate, unit: 'events/s' }, floor, null)];
  } finally {
    await store.close();
  }
}

function appendRate(
  orders: readonly NewOrder[],
  append: (order: NewOrder) => Promise<unknown>,
): Promise<number> {
  return rateOf(orders.length, async () => {
    for (const order of orders) await append(order);
  });
}

function appendToOurs(store: EventStore, { stream, event }: NewOrder): Promise<unknown> {
  return store.append(stream, NO_STREAM, [event]);
}

function appendToOther(store: OtherStore, { stream, event }: NewOrder): Promise<unknown> {
  return store.appendToStream(stream, [bodyOf(event)], { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' });
}

function bodyOf({ type, data, metadata }: NewEvent): object {
  return { type, data: JSON.parse(data) as object, metadata: JSON.parse(metadata) as object };
}
