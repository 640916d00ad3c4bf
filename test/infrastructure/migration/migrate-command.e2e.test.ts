import { mkdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type Database from 'better-sqlite3';
import { runCommandLine } from '../../../src/cli/program.js';
import { Output } from '../../../src/cli/terminal/output.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import { START, type EventStore } from '../../../src/infrastructure/event-store/event-store.js';
import { openEventStoreDb } from '../../../src/infrastructure/event-store/eventstoredb/open.js';
import { loadPack } from '../../../src/infrastructure/pack/load-pack.js';
import { report } from '../../../src/projections/report/report.js';
import { BuiltModels } from '../../support/built-models.js';
import { allOf } from '../../support/event-store-events.js';
import { RecordingLedger } from '../../support/recording-ledger.js';
import { writeRandomPack } from '../../support/reference/random-pack.js';
import { LEDGER, LedgerPlaces, logOf } from './ledger-places.js';

const OPERATIONS = 120;
const SEED = 7;

interface Told {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Page extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function sourcebook(args: readonly string[], environment: Record<string, string> = {}): Promise<Told> {
  const [stdout, stderr] = [new Page(), new Page()];
  const output = new Output(stdout as never, stderr as never, {});
  const { signal } = new AbortController();
  const exitCode = await runCommandLine(args, { output, environment, signal });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** Everything that is derived from a log: every table of every read model, and the report. */
async function derived(store: EventStore) {
  const models = new BuiltModels().apply(await allOf(store.readAll(START)));
  try {
    const { sequence, queries } = models;
    const asOfText = queries.loads.newest({ sequence })?.asOf ?? '';
    const answer = report(queries, { sequence, at: instantOf(asOfText) }, asOfText);
    const tables = Object.entries(models.databases).map(([name, database]) => [name, rowsOf(database)]);
    return { sequence, tables, report: answer };
  } finally {
    models.close();
  }
}

/** All rows of all tables but for the engine's own positions, which differ by their nature. */
function rowsOf(database: Database.Database) {
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  return tables.map((table) => {
    const columns = database.pragma(`table_info(${table})`) as { name: string }[];
    const portable = columns.map(({ name }) => name).filter((name) => name !== 'position');
    const rows = database.prepare<[], unknown[]>(
      `SELECT ${portable.join()} FROM ${table} ORDER BY ${portable.join()}`,
    );
    return { table, rows: rows.raw().all() };
  });
}

describe('moving house with a loaded pack', () => {
  const loaded = new LedgerPlaces();
  const places = new LedgerPlaces();
  let home: string;
  let ledgerId: string;

  beforeAll(async () => {
    const folder = loaded.directory();
    home = join(folder, 'home');
    writeRandomPack(join(folder, 'pack'), SEED, OPERATIONS);
    const ledger = await RecordingLedger.at(home);
    await loadPack(
      { commands: ledger.commands, ledger: ledger.open.ledger },
      { directory: join(folder, 'pack'), actor: 'tester' },
    );
    ({ ledgerId } = ledger.open);
    await ledger.close();
  });
  afterEach(() => places.close());
  afterAll(() => loaded.close());

  test('to a cluster and back: the log, the report and every read model are the same everywhere', async () => {
    const { connectionString } = await places.double();
    const back = join(places.directory(), 'back');

    const there = await sourcebook(['migrate', '--data', home, '--to', connectionString, '--json']);
    const again = await sourcebook(['migrate', '--from', connectionString, '--to', back, '--json']);

    expect([there.stderr, again.stderr]).toEqual(['', '']);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(there.stdout));
    const cluster = openEventStoreDb({ connectionString, ledger: LEDGER });
    const stores = [places.embedded(home, 'read'), cluster, places.embedded(back, 'read')] as const;
    const [log, onCluster, atEnd] = [await logOf(stores[0]), await logOf(stores[1]), await logOf(stores[2])];
    expect(onCluster).toEqual(log);
    expect(atEnd).toEqual(log);
    const answers = await derived(stores[0]);
    expect(await derived(stores[1])).toEqual(answers);
    expect(await derived(stores[2])).toEqual(answers);
    await cluster.close();
    const opened = await RecordingLedger.at(back);
    expect(opened.open.ledgerId).toBe(ledgerId);
    await opened.close();
  });

  test('the place left out is the configured one; what to do about the master key is said', async () => {
    const { connectionString } = await places.double();
    const environment = { SOURCEBOOK_EVENT_STORE: connectionString };

    const { exitCode, stdout } = await sourcebook(['migrate', '--from', home], environment);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('SOURCEBOOK_MASTER_KEY');
    expect(stdout).toContain('Both places hold the same');
  });

  test('a ledger that a service holds is not moved under its feet', async () => {
    const serving = await RecordingLedger.at(home);
    const target = join(places.directory(), 'target');

    const { exitCode, stderr } = await sourcebook(['migrate', '--data', home, '--to', target]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('another process writes');
    expect(existsSync(target)).toBe(false);
    await serving.close();
  });

  test('a folder with read models of another log is refused', async () => {
    const target = places.directory();
    mkdirSync(join(target, 'read-models'));

    const { exitCode, stderr } = await sourcebook(['migrate', '--data', home, '--to', target]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('read models of another log');
  });

  test('an instance on the cluster does not start in the embedded ledger’s directory, whose positions are others', async () => {
    const { connectionString } = await places.double();
    const environment = { SOURCEBOOK_EVENT_STORE: connectionString };

    const { exitCode, stderr } = await sourcebook(['--data', home, 'report'], environment);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('holds an embedded ledger');
  });

  test.each([
    ['no place at all', () => []],
    ['the place where it is', () => ['--to', home]],
  ])('wrong usage: %s', async (_, args) => {
    const { exitCode } = await sourcebook(['migrate', '--data', home, ...args()]);

    expect(exitCode).toBe(2);
  });

  test('a folder without a ledger is not founded by being moved', async () => {
    const empty = places.directory();

    const { exitCode, stderr } = await sourcebook(['migrate', '--data', empty, '--to', places.directory()]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no ledger');
    expect(existsSync(join(empty, 'ledger.sqlite'))).toBe(false);
  });
});
