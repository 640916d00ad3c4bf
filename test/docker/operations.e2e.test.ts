import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_STREAM } from '../../src/infrastructure/event-store/event-store.js';
import { openEventStore } from '../../src/infrastructure/event-store/open.js';
import { loadPack } from '../../src/infrastructure/pack/load-pack.js';
import { streamName } from '../../src/domain/shared/identifiers.js';
import { LedgerPlaces, LEDGER, logOf } from '../infrastructure/migration/ledger-places.js';
import { RecordingLedger } from '../support/recording-ledger.js';
import { writeRandomPack } from '../support/reference/random-pack.js';
import { documentedCommands, inlineCommands, runDocumented } from './documented-commands.js';

const OPERATIONS = 60;
const SEED = 11;
const MASTER_KEY = 'ab'.repeat(32);

/** The n-th block of commands of a chapter. */
function command(heading: string, block = 0): string {
  const found = documentedCommands(heading)[block];
  if (found === undefined) throw new RangeError(`"${heading}" has no block ${block} of commands`);
  return found;
}

function hasSqliteShell(): boolean {
  try {
    execFileSync('sqlite3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    // It is no part of the project: where it is missing, the other command is the one to use.
    return false;
  }
}

describe('the commands of docs/operations.md', () => {
  const places = new LedgerPlaces();
  let loaded: string;
  let folder: string;
  let data: string;

  beforeAll(async () => {
    loaded = places.directory();
    const pack = join(loaded, 'pack');
    writeRandomPack(pack, SEED, OPERATIONS);
    const ledger = await RecordingLedger.at(join(loaded, 'data'));
    const ports = { commands: ledger.commands, ledger: ledger.open.ledger };
    await loadPack(ports, { directory: pack, actor: 'tester' });
    await ledger.caughtUp();
    await ledger.close();
    writeFileSync(join(loaded, 'data/master.key'), `${MASTER_KEY}\n`, { mode: 0o600 });
  });
  afterAll(() => places.close());

  beforeEach(() => {
    folder = places.directory();
    data = join(folder, 'data');
    cpSync(join(loaded, 'data'), data, { recursive: true });
  });

  const read = async (directory: string) => {
    const store = await openEventStore({ kind: 'embedded', directory, ledger: LEDGER, mode: 'read' });
    try {
      return await logOf(store);
    } finally {
      await store.close();
    }
  };

  const [SHELL, NODE, RESTORE] = [0, 1, 2];

  test.each([
    ['the shell of SQLite', SHELL],
    ['Node', NODE],
  ])('a backup made by %s beside the running service is restored whole', async (_, block) => {
    if (block === SHELL && !hasSqliteShell()) return;
    const serving = await RecordingLedger.at(data);
    const recorded = await logOf(serving.open.store);

    const prepared = block === SHELL ? '' : 'mkdir -p backup\n';
    const backup = await runDocumented(prepared + command('Embedded', block), folder);
    await serving.close();
    const restore = await runDocumented(command('Embedded', RESTORE), folder);

    expect([backup, restore].map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([
      { exitCode: 0, stderr: '' },
      { exitCode: 0, stderr: '' },
    ]);
    expect(restore.stdout).toContain('equal');
    expect(await read(join(folder, 'restored'))).toEqual(recorded);
  });

  test('what may be thrown away is made anew', async () => {
    const status = 'npx sourcebook --data data report --json';
    const before = await runDocumented(status, folder);

    const thrownAway = await runDocumented(command('What is where'), folder);

    expect(thrownAway.exitCode).toBe(0);
    expect(existsSync(join(data, 'read-models'))).toBe(false);
    expect(await runDocumented(status, folder)).toEqual(before);
  });

  test('after an older backup no checkpoint is signed until the log was forked', async () => {
    const checkpoint = 'npx sourcebook log checkpoint --data';
    const prepared = [
      'cp -R data restored',
      `${checkpoint} data > /dev/null`,
      'npx sourcebook log rotate-key --data data > /dev/null',
      `${checkpoint} data > /dev/null`,
      'cp data/released-checkpoint.json restored/',
    ].join('\n');
    expect(await runDocumented(prepared, folder)).toMatchObject({ exitCode: 0 });

    const refused = await runDocumented(`${checkpoint} restored`, folder);
    const forked = await runDocumented(command('When the backup is older than what was signed'), folder);
    const signed = await runDocumented(`${checkpoint} restored`, folder);

    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('sourcebook log fork');
    expect(forked.exitCode).toBe(0);
    expect(signed.stdout).toMatch(/^ledger\.example\/a\/2\n/);
  });

  test('the ledger moves to a cluster and back, and to a copy', async () => {
    const { endpoint } = await places.double();
    const there = (commands: string) => commands.replaceAll('127.0.0.1:2113', `127.0.0.1:${endpoint.port}`);

    const moved = await runDocumented(there(command('Moving between the engines')), folder);
    const copied = await runDocumented(there(command('EventStoreDB', 2)), folder);

    expect([moved.exitCode, copied.exitCode]).toEqual([0, 0]);
    const log = await read(data);
    expect(await read(join(folder, 'moved-back'))).toEqual(log);
    expect(await read(join(folder, 'backup-ledger'))).toEqual(log);
  });

  test('a lot’s secrets are destroyed, once the service does not hold the ledger, and nothing else', async () => {
    const lot = dataKeyLotOf(await read(data));
    const destroy = command("Destroying a lot's secrets").replace('LOT-0001', lot);
    const serving = await RecordingLedger.at(data);
    expect((await runDocumented(destroy, folder)).exitCode).toBe(1);
    await serving.close();
    const before = await read(data);

    expect(await runDocumented(destroy.replace(' --yes', ''), folder)).toMatchObject({ exitCode: 2 });
    expect(await runDocumented(destroy, folder)).toMatchObject({ exitCode: 0, stderr: '' });

    const stream = streamName(LEDGER, 'aside.datakey', lot);
    expect(await read(data)).toEqual(before.filter((event) => event.stream !== stream));
    expect(await runDocumented(destroy, folder)).toMatchObject({ exitCode: 1 });
  });

  test('read models and files can be watched', async () => {
    const store = await openEventStore({ kind: 'embedded', directory: data, ledger: LEDGER, mode: 'write' });
    await store.append(streamName(LEDGER, 'aside.watched'), NO_STREAM, [
      { eventId: '00000000-0000-4000-8000-000000000001', type: 'Watched', data: '{}', metadata: '{}' },
    ]);
    const watching = inlineCommands('What to watch').filter((line) => !/^curl|retry$/.test(line));
    expect(watching.length).toBeGreaterThanOrEqual(3);

    const { exitCode, stdout } = await runDocumented(watching.join('\n'), folder);
    await store.close();

    expect(exitCode).toBe(0);
    expect(stdout).toContain('read model');
  });
});

/** A lot that has a data key. */
function dataKeyLotOf(log: readonly { stream: string }[]): string {
  const prefix = streamName(LEDGER, 'aside.datakey', 'x').slice(0, -1);
  const stream = log.find((event) => event.stream.startsWith(prefix))?.stream ?? '';
  return decodeURIComponent(stream.slice(prefix.length));
}
