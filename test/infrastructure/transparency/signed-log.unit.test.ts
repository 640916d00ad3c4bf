import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddSigningKey } from '../../../src/domain/genesis/commands.js';
import { genesisTarget, merchantsTarget } from '../../../src/domain/processes/targets.js';
import { readConfiguration } from '../../../src/infrastructure/host/configuration.js';
import { openLedger } from '../../../src/infrastructure/host/open.js';
import type { OpenLedger } from '../../../src/infrastructure/host/open-ledger.js';
import { catchUp } from '../../../src/infrastructure/projection-runner/catch-up.js';
import { ReadModels } from '../../../src/infrastructure/projection-runner/read-models.js';
import { CheckpointKeeper } from '../../../src/infrastructure/transparency/checkpoint-keeper.js';
import { CheckpointStream } from '../../../src/infrastructure/transparency/checkpoint-stream.js';
import { logOfCommand } from '../../../src/infrastructure/transparency/held-log.js';
import { LogContradicted } from '../../../src/infrastructure/transparency/log-contradicted.js';
import { logKeysOf, type LogKey } from '../../../src/infrastructure/transparency/log-keys.js';
import { signedLogOf } from '../../../src/infrastructure/transparency/open.js';
import type { ReleasedCheckpoint } from '../../../src/infrastructure/transparency/released-checkpoint.js';
import type { SignedLog } from '../../../src/infrastructure/transparency/signed-log.js';
import { unwitnessed } from '../../../src/infrastructure/transparency/witnessing.js';
import { readCheckpoint } from '../../../src/proof/checkpoint.js';
import { openNote, readNote, readVkey } from '../../../src/proof/note.js';
import { ScratchDirectory } from '../../support/scratch-directory.js';

let scratch: ScratchDirectory;
let directory: string;
let open: OpenLedger;
let readModels: ReadModels;

beforeEach(async () => {
  scratch = new ScratchDirectory();
  directory = join(scratch.path, 'ledger');
  await start();
});
afterEach(async () => {
  await stop();
  scratch.remove();
});

async function start(): Promise<void> {
  open = await openLedger(readConfiguration({ SOURCEBOOK_ORIGIN: 'ledger.example/a' }, directory));
  readModels = new ReadModels(join(directory, 'read-models'));
}

async function stop(): Promise<void> {
  readModels.close();
  await open.close();
}

let recorded = 0;
const contextOf = (command: string) => ({
  command,
  commandId: `${command} ${++recorded}`,
  actor: 'tester',
  onBehalfOf: null,
  channel: 'cli',
  correlationId: 'test',
  causationId: null,
  at: '2026-09-01T00:00:00Z',
});

/** Records events, and lets the tree follow. */
async function record(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const merchant = { merchantId: `M-${++recorded}`, name: '大麦', channel: 'taobao' };
    await open.ledger.execute(merchantsTarget, { kind: 'register', merchant }, contextOf('RegisterMerchant'));
  }
  await catchUp({ store: open.store, directory: join(directory, 'read-models') });
}

async function openedLog(): Promise<SignedLog> {
  const log = signedLogOf(open, readModels, unwitnessed);
  await log.open();
  await log.judge();
  return log;
}

const streamOfCheckpoints = () =>
  new CheckpointStream({ store: open.store, ledgerName: 'main', now: () => '2026-09-01T00:00:00Z' });

async function verified(released: ReleasedCheckpoint | undefined) {
  const { keys } = await logKeysOf(open);
  const { note = '' } = released ?? {};
  return readCheckpoint(
    openNote(
      note,
      keys.map(({ vkey }) => readVkey(vkey)),
    ).text,
  );
}

const signaturesOf = (released: ReleasedCheckpoint | undefined): number =>
  readNote(released?.note ?? '').signatures.length;

describe('a checkpoint', () => {
  it('is appended before it is signed, and covers all that the tree holds', async () => {
    await record(3);
    const released = await (await openedLog()).advance();
    const issued = await streamOfCheckpoints().lastFrom(0);
    expect(issued).toMatchObject({ origin: 'ledger.example/a', size: 4, root: released?.root });
    expect((await verified(released)).size).toBe(4);
  });

  it('is not made again while nothing happens, nor after a start', async () => {
    await record(1);
    const first = await (await openedLog()).advance();
    const again = await (await openedLog()).advance();
    expect(again).toEqual(first);
    expect((await streamOfCheckpoints().lastFrom(0))?.revision).toBe(0);
  });

  it('extends the one that another instance made meanwhile', async () => {
    await record(1);
    const [one, other] = [await openedLog(), await openedLog()];
    await one.advance();
    await record(1);
    await other.advance();
    await record(1);
    const third = await one.advance();
    expect(third?.revision).toBe(2);
    expect(third?.size).toBe(4);
  });

  it('is signed by both keys while they overlap, and by the new one alone after that', async () => {
    await record(1);
    const log = await openedLog();
    await log.advance();
    const publicKey = await open.signingKeys.sealNew();
    const [old] = (await logKeysOf(open)).keys as [LogKey];
    await open.ledger.execute(
      genesisTarget,
      { kind: 'add-signing-key', publicKey },
      contextOf(AddSigningKey.name),
    );
    await record(1);
    const overlapping = await log.advance();
    expect(signaturesOf(overlapping)).toBe(2);
    const retire = { kind: 'retire-signing-key', publicKey: old.publicKey } as const;
    await open.ledger.execute(genesisTarget, retire, contextOf('RetireSigningKey'));
    await record(1);
    await stop();
    await start();
    const after = await (await openedLog()).advance();
    expect(signaturesOf(after)).toBe(1);
    expect(() => openNote(after?.note ?? '', [readVkey(old.vkey)])).toThrow('no known key');
    expect((await verified(after)).size).toBe(6);
  });
});

describe('a log that contradicts what was signed', () => {
  it('is not opened after an older backup was restored, until it is forked', async () => {
    await record(2);
    await (await openedLog()).advance();
    await stop();
    const backup = join(scratch.path, 'backup');
    cpSync(directory, backup, { recursive: true });
    await start();
    await record(2);
    const promised = await (await openedLog()).advance();
    await stop();
    // Somebody puts the older ledger back, and with it everything that was derived from it.
    for (const name of ['ledger.sqlite', 'ledger.sqlite-wal', 'ledger.sqlite-shm', 'read-models']) {
      rmSync(join(directory, name), { recursive: true, force: true });
      if (existsSync(join(backup, name)))
        cpSync(join(backup, name), join(directory, name), { recursive: true });
    }
    await start();
    await expect(openedLog()).rejects.toThrow(LogContradicted);
    await expect(openedLog()).rejects.toThrow('sourcebook log fork');

    const kept = await logOfCommand(open, () => unwitnessed).promised();
    expect(kept?.size).toBe(promised?.size);
    const fork = {
      kind: 'fork',
      origin: 'ledger.example/a/2',
      promised: { size: kept?.size ?? 0, root: kept?.root ?? '' },
      reason: 'the disk was lost',
    } as const;
    await open.ledger.execute(genesisTarget, fork, contextOf('ForkLog'));
    await record(1);
    const released = await (await openedLog()).advance();
    expect(await verified(released)).toMatchObject({ origin: 'ledger.example/a/2', size: 5 });
  });

  it('is found by its tree, whatever was signed elsewhere', async () => {
    await record(2);
    const root = Buffer.alloc(32, 7).toString('base64');
    await streamOfCheckpoints().issue({ origin: 'ledger.example/a', size: 3, root }, undefined);
    await record(1);
    await expect(openedLog()).rejects.toThrow('not those that ledger.example/a promised');
  });

  it('is found where a promise covers more than there is', async () => {
    await record(1);
    const root = Buffer.alloc(32, 7).toString('base64');
    await streamOfCheckpoints().issue({ origin: 'ledger.example/a', size: 100, root }, undefined);
    const log = signedLogOf(open, readModels, unwitnessed);
    await log.open();
    // The tree has not passed the promise yet: it may still be on its way.
    await log.judge();
    expect(await log.advance()).toBeUndefined();
    await record(1);
    await expect(log.advance()).rejects.toThrow('promised 100 events, and the ledger holds 3');
  });

  it('ends the keeping of checkpoints for good', async () => {
    await record(1);
    const root = Buffer.alloc(32, 7).toString('base64');
    const log = await openedLog();
    await streamOfCheckpoints().issue({ origin: 'ledger.example/a', size: 2, root }, undefined);
    await record(1);
    const contradiction = new Promise<LogContradicted>((resolve, reject) => {
      new CheckpointKeeper(log, { onFailure: reject, onContradiction: resolve }).start();
    });
    expect(await contradiction).toBeInstanceOf(LogContradicted);
  });

  it('is not guessed from a damaged memory of what was released', async () => {
    writeFileSync(join(directory, 'released-checkpoint.json'), '{"origin":1}');
    await expect(openedLog()).rejects.toThrow('released-checkpoint.json is damaged');
  });
});
