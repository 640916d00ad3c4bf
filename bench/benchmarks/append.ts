import { NO_STREAM, type EventStore } from '../../src/infrastructure/event-store/event-store.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { eventStoreConfig } from '../../src/infrastructure/host/open.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { BareLedger } from '../ledgers/bare-ledger.js';
import { ledgerConfiguration } from '../ledgers/ledger-shelf.js';
import { NewOrders, type NewOrder } from '../ledgers/new-orders.js';
import { againstFloor } from '../report/row.js';
import { interleaved, rateOf } from '../rounds.js';

const SEED = 11;
export const WRITERS = 256;

/** Events a second, and what bare inserts of the same rows reach. */
export interface AgainstBare {
  readonly rate: number;
  readonly floor: number;
}

export const appendOne: Benchmark = {
  name: 'append-one',
  async run(bench) {
    const { rate, floor } = await measureSingleAppends(bench, bench.scale.largestLedgerEvents);
    return [againstFloor({ measurement: 'append-one', value: rate, unit: 'events/s' }, floor, 0.6)];
  },
};

export const append256: Benchmark = {
  name: 'append-256',
  async run(bench) {
    const { rate, floor } = await measureSharedAppends(bench, bench.scale.largestLedgerEvents);
    return [againstFloor({ measurement: 'append-256', value: rate, unit: 'events/s' }, floor, 0.5)];
  },
};

/** One writer, one event at a time, each durable before the next, on a ledger of so many events. */
export function measureSingleAppends(bench: Bench, events: number): Promise<AgainstBare> {
  const count = bench.scale.singleAppends;
  return onTwoCopies(bench, events, {
    count,
    append: async (store, orders) => {
      for (const { stream, event } of orders) await store.append(stream, NO_STREAM, [event]);
    },
    insert: (bare, orders) => {
      for (const order of orders) bare.add(order);
    },
  });
}

/** 256 writers, each with one event under way at a time. */
export function measureSharedAppends(bench: Bench, events: number): Promise<AgainstBare> {
  const count = bench.scale.sharedAppends;
  return onTwoCopies(bench, events, {
    count,
    append: async (store, orders) => {
      await Promise.all(Array.from({ length: WRITERS }, (_, writer) => appendEach(store, orders, writer)));
    },
    insert: (bare, orders) => {
      for (let first = 0; first < orders.length; first += WRITERS)
        bare.addTogether(orders.slice(first, first + WRITERS));
    },
  });
}

async function appendEach(store: EventStore, orders: readonly NewOrder[], writer: number): Promise<void> {
  for (let index = writer; index < orders.length; index += WRITERS) {
    const { stream, event } = orders[index] as NewOrder;
    await store.append(stream, NO_STREAM, [event]);
  }
}

interface TwoWays {
  readonly count: number;
  append(store: EventStore, orders: readonly NewOrder[]): Promise<void>;
  insert(bare: BareLedger, orders: readonly NewOrder[]): void;
}

/** The engine and the floor write the same orders into copies of the same ledger, round after round. */
function onTwoCopies(bench: Bench, events: number, ways: TwoWays): Promise<AgainstBare> {
  const { ledgers, scale } = bench;
  return ledgers.withCopy(events, (subjectDirectory) =>
    ledgers.withCopy(events, async (floorDirectory) => {
      const store = await openEventStore(eventStoreConfig(ledgerConfiguration(subjectDirectory), 'write'));
      const bare = new BareLedger(floorDirectory);
      const [forStore, forBare] = [new NewOrders(SEED), new NewOrders(SEED)];
      try {
        return await interleaved(scale.rounds, {
          floor: () => {
            const orders = forBare.take(ways.count);
            return rateOf(ways.count, () => ways.insert(bare, orders));
          },
          rate: () => {
            const orders = forStore.take(ways.count);
            return rateOf(ways.count, () => ways.append(store, orders));
          },
        });
      } finally {
        bare.close();
        await store.close();
      }
    }),
  );
}
