import { READ_MODEL_NAMES, readModels, type ReadModelName } from '../../src/projections/registry.js';
import { START, type EventStore } from '../../src/infrastructure/event-store/event-store.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { eventStoreConfig } from '../../src/infrastructure/host/open.js';
import { catchUp } from '../../src/infrastructure/projection-runner/catch-up.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { ledgerConfiguration, type LedgerShelf } from '../ledgers/ledger-shelf.js';
import { againstFloor } from '../report/row.js';
import { interleaved, rateOf } from '../rounds.js';
import type { Rounds } from '../scale.js';

const AT_LEAST = 0.2;
const SMALL_EVENTS = 100_000;
const SMALL_ROUNDS_TIMES = 3;

/** Events a second of each read model built from nothing, and of reading and parsing them alone. */
export type RebuildRates = Readonly<Record<ReadModelName | 'floor', number>>;

export const rebuild: Benchmark = {
  name: 'rebuild',
  async run(bench) {
    const rates = await measureRebuilds(bench, bench.scale.largestLedgerEvents);
    return READ_MODEL_NAMES.map((name) =>
      againstFloor(
        { measurement: `rebuild ${name}`, value: rates[name], unit: 'events/s' },
        rates.floor,
        AT_LEAST,
      ),
    );
  },
};

/** Each read model of a ledger of so many events, built anew. */
export function measureRebuilds(bench: Bench, events: number): Promise<RebuildRates> {
  return bench.once(`rebuilds of ${events} events`, () => rebuildInTurns(bench, events));
}

async function rebuildInTurns({ ledgers, scale }: Bench, events: number): Promise<RebuildRates> {
  const directory = await ledgers.kept(events);
  const store = await openEventStore(eventStoreConfig(ledgerConfiguration(directory), 'read'));
  try {
    const count = await readAndParse(store);
    const models = READ_MODEL_NAMES.map((name) => [
      name,
      () => rateOf(count, () => buildAnew(ledgers, store, name)),
    ]);
    return await interleaved<ReadModelName | 'floor'>(roundsFor(events, scale.rebuildRounds), {
      floor: () => rateOf(count, async () => void (await readAndParse(store))),
      ...(Object.fromEntries(models) as Record<ReadModelName, () => Promise<number>>),
    });
  } finally {
    await store.close();
  }
}

/** A small ledger is rebuilt in a fifth of a second: it takes more rounds to make a figure of that. */
function roundsFor(events: number, rounds: Rounds): Rounds {
  if (events >= SMALL_EVENTS) return rounds;
  return { warmUp: 1, counted: rounds.counted * SMALL_ROUNDS_TIMES };
}

/** Builds one read model in a directory of its own, published as a service would. */
export function buildAnew(ledgers: LedgerShelf, store: EventStore, name: ReadModelName): Promise<void> {
  return ledgers.withDirectory(async (directory) => {
    await catchUp({ store, directory, models: { [name]: readModels[name] } });
  });
}

/** @returns how many events there were */
async function readAndParse(store: EventStore): Promise<number> {
  let count = 0;
  for await (const batch of store.readAll(START)) {
    for (const { data, metadata } of batch) {
      JSON.parse(data);
      JSON.parse(metadata);
    }
    count += batch.length;
  }
  return count;
}
