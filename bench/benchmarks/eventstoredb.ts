import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { READ_MODEL_NAMES } from '../../src/projections/registry.js';
import type { EventStore } from '../../src/infrastructure/event-store/event-store.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { readConfiguration } from '../../src/infrastructure/host/configuration.js';
import { eventStoreConfig, openLedger } from '../../src/infrastructure/host/open.js';
import type { Bench, Benchmark } from '../benchmark.js';
import { BareClient } from '../ledgers/bare-client.js';
import { writeStory } from '../ledgers/bulk-writer.js';
import { writeKeyFile } from '../ledgers/key-file.js';
import { ledgerEnvironment } from '../ledgers/ledger-shelf.js';
import { ledgerStory } from '../ledgers/ledger-story.js';
import { NewOrders } from '../ledgers/new-orders.js';
import { againstFloor, atLeast, notMeasured, type Row } from '../report/row.js';
import { interleaved, rateOf } from '../rounds.js';
import type { ChildProgram } from '../service/child-program.js';
import { startService, withPrograms } from '../service/programs.js';
import { importInto, purchasing } from './import.js';
import { issueClosedLoop, issueRate } from './issue-http.js';
import { buildAnew } from './rebuild.js';

const SEED = 2_113;
const IN_FLIGHT = 64;
const HOT_PART = 0.6;
const SPREAD_PART = 0.25;
const REBUILD_PART = 0.6;
const LINES_PER_SECOND_MIN = 20_000;
const NOT_RUN =
  'eventstoredb: NOT RUN, no server is given; set EVENTSTORE_TEST_URL=esdb://host:2113?tls=false to one that may be filled';

/** A fresh ledger on the server, and the local directory that goes with it. */
interface ClusterLedger {
  readonly url: string;
  readonly name: string;
  readonly directory: string;
}

/** The service on a cluster, against the bare client on the same one. */
export const eventStoreDb: Benchmark = {
  name: 'eventstoredb',
  async run(bench) {
    const url = process.env['EVENTSTORE_TEST_URL'];
    if (url === undefined || url === '') {
      bench.note(NOT_RUN);
      return rowsNotRun();
    }
    return bench.ledgers.withDirectory(async (directory) => [
      ...(await issueAndRebuild(bench, { url, name: freshName(), directory: join(directory, 'issue') })),
      await importRow(bench, { url, name: freshName(), directory: join(directory, 'import') }),
    ]);
  },
};

function rowsNotRun(): readonly Row[] {
  const ofFloor = (measurement: string, unit: string, part: number): Row =>
    notMeasured(`eventstoredb ${measurement}`, unit, `>= ${part.toFixed(2)} of the floor`);
  return [
    ofFloor('issue on one SKU', 'issues/s', HOT_PART),
    ofFloor('issue on many SKUs', 'issues/s', SPREAD_PART),
    ...READ_MODEL_NAMES.map((name) => ofFloor(`rebuild ${name}`, 'events/s', REBUILD_PART)),
    notMeasured('eventstoredb import', 'lines/s', `>= ${LINES_PER_SECOND_MIN} lines/s`),
  ];
}

/** Ledgers stay on the server, so each run has names of its own. */
function freshName(): string {
  return `bench${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

function environmentOf({ url, name, directory }: ClusterLedger): Readonly<Record<string, string>> {
  return { ...ledgerEnvironment(directory), SOURCEBOOK_LEDGER: name, SOURCEBOOK_EVENT_STORE: url };
}

async function found(ledger: ClusterLedger, story: Parameters<typeof writeStory>[2]): Promise<void> {
  const open = await openLedger(readConfiguration(environmentOf(ledger), ledger.directory));
  try {
    await writeStory(open.store, ledger.name, story);
  } finally {
    await open.close();
  }
}

async function issueAndRebuild(bench: Bench, ledger: ClusterLedger): Promise<readonly Row[]> {
  const shape = bench.ledgers.shapeOf(bench.scale.ledgerEvents[0]);
  await found(ledger, ledgerStory(shape));
  const client = new BareClient(ledger.url);
  try {
    const service = await startService(ledger.directory, environmentOf(ledger));
    const issues = await withPrograms([service], () => measureIssues(bench, service, { client, ledger }));
    return [...issues, ...(await measureRebuilds(bench, ledger, client))];
  } finally {
    await client.close();
  }
}

async function measureIssues(
  { scale, ledgers }: Bench,
  service: ChildProgram,
  { client, ledger }: { readonly client: BareClient; readonly ledger: ClusterLedger },
): Promise<readonly Row[]> {
  const { skus } = ledgers.shapeOf(scale.ledgerEvents[0]);
  const count = scale.growthIssues;
  const newOrders = new NewOrders(SEED, `${ledger.name}x`);
  let round = 0;
  const issue = async (kind: string, spread: number | 'hot'): Promise<number> => {
    const orders = { seed: SEED + round, prefix: `${kind}${round++}`, skus: spread, count };
    return issueRate(count, await issueClosedLoop(service, orders, true));
  };
  const { floor, hot, spread } = await interleaved(scale.rounds, {
    floor: () => {
      const orders = newOrders.take(count);
      return rateOf(count, () => client.appendAll(orders, IN_FLIGHT));
    },
    hot: () => issue('H', 'hot'),
    spread: () => issue('S', skus),
  });
  const row = (name: string, value: number, part: number): Row =>
    againstFloor({ measurement: `eventstoredb issue on ${name}`, value, unit: 'issues/s' }, floor, part);
  return [row('one SKU', hot, HOT_PART), row('many SKUs', spread, SPREAD_PART)];
}

async function measureRebuilds(
  { scale, ledgers }: Bench,
  ledger: ClusterLedger,
  client: BareClient,
): Promise<readonly Row[]> {
  const configuration = readConfiguration(environmentOf(ledger), ledger.directory);
  const store: EventStore = await openEventStore(eventStoreConfig(configuration, 'read'));
  try {
    const count = await client.readAll();
    const models = READ_MODEL_NAMES.map((name) => [
      name,
      () => rateOf(count, () => buildAnew(ledgers, store, name)),
    ]);
    const rates = await interleaved<string>(scale.rounds, {
      floor: () => rateOf(count, async () => void (await client.readAll())),
      ...(Object.fromEntries(models) as Record<string, () => Promise<number>>),
    });
    return READ_MODEL_NAMES.map((name) => {
      const figure = {
        measurement: `eventstoredb rebuild ${name}`,
        value: rates[name] ?? Number.NaN,
        unit: 'events/s',
      };
      return againstFloor(figure, rates['floor'] ?? Number.NaN, REBUILD_PART);
    });
  } finally {
    await store.close();
  }
}

async function importRow({ scale, ledgers }: Bench, ledger: ClusterLedger): Promise<Row> {
  await found(ledger, purchasing(2 * scale.importLines));
  return ledgers.withDirectory(async (directory) => {
    const file = { path: join(directory, 'keys.csv'), number: 1, lines: scale.importLines };
    await writeKeyFile(file);
    const service = await startService(ledger.directory, environmentOf(ledger));
    const { linesPerSecond } = await withPrograms([service], () => importInto(service, file));
    const figure = { measurement: 'eventstoredb import', value: linesPerSecond, unit: 'lines/s' };
    return atLeast(figure, LINES_PER_SECOND_MIN);
  });
}
