import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LedgerFile } from '../../../../src/infrastructure/event-store/embedded/ledger-file.js';
import {
  WRITE_BACK_PAGES,
  WriteBack,
} from '../../../../src/infrastructure/event-store/embedded/write-back.js';
import { NO_STREAM } from '../../../../src/infrastructure/event-store/event-store.js';
import { DataDirectory } from '../../../support/event-store-directory.js';
import { newEventOfSize } from '../../../support/event-store-events.js';

/** As it is built: a thread runs no TypeScript. */
const PROGRAM = resolve(
  __dirname,
  '../../../../dist/infrastructure/event-store/embedded/write-back-worker.js',
);
const OPEN = resolve(__dirname, '../../../../dist/infrastructure/event-store/embedded/open.js');
/** Writes enough that the thread is started, and says when the ledger is closed. */
const CLOSING = `
  const [open, directory] = process.argv.slice(1);
  const store = require(open).openEmbedded({ directory, ledger: 'l', mode: 'write' });
  const data = JSON.stringify('x'.repeat(512 * 1024));
  const event = () => ({ eventId: require('node:crypto').randomUUID(), type: 't', data, metadata: '{}' });
  (async () => {
    for (let revision = -1; revision < 39; revision += 1) await store.append('l.s', revision, [event()]);
    await store.close();
    process.stdout.write('closed');
  })();`;
const PAGE_BYTES = 4_096;
const MEBIBYTE = 1024 * 1024;
/** More than is written to the log between two times that it is written back. */
const ENOUGH_EVENTS = 20;

describe('the write-ahead log of a ledger', () => {
  let directory: DataDirectory;
  let file: LedgerFile;
  let finished: (() => void)[];
  let position = 0;
  const started: WriteBack[] = [];

  beforeEach(() => {
    directory = new DataDirectory();
    file = new LedgerFile(directory.path, 'l', 'write');
    finished = [];
    position = 0;
  });
  afterEach(async () => {
    for (const writeBack of started.splice(0)) await writeBack.end();
    file.close();
    directory.remove();
  });

  const writeBackBy = (program: string): WriteBack => {
    const finish = () => {
      file.writeBack();
      for (const told of finished.splice(0)) told();
    };
    const writeBack = new WriteBack(file.path, finish, program);
    started.push(writeBack);
    return writeBack;
  };
  /** Commits events of a MiB each, and tells of them. */
  const commit = (events: number, writeBack: WriteBack): void => {
    const insert = file.database().prepare("INSERT INTO events VALUES (?, 'l.s', ?, ?, 't', ?, '{}')");
    for (let index = 0; index < events; index += 1) {
      const event = newEventOfSize(MEBIBYTE);
      insert.run(position, position, event.eventId, event.data);
      position += 1;
      writeBack.noteCommit([{ stream: 'l.s', expected: NO_STREAM, events: [event], sizeBytes: MEBIBYTE }]);
    }
  };
  const finish = (): Promise<void> => new Promise((told) => finished.push(told));
  const logBytes = (): number => statSync(`${file.path}-wal`).size;
  const pagesNotWrittenBack = (): number => {
    const [result] = file.database().pragma('wal_checkpoint(NOOP)') as {
      log: number;
      checkpointed: number;
    }[];
    return result === undefined ? 0 : result.log - result.checkpointed;
  };

  test('is written back by a thread when there is enough of it, and begins anew', async () => {
    const writeBack = writeBackBy(PROGRAM);
    for (let round = 0; round < 4; round += 1) {
      const done = finish();
      commit(ENOUGH_EVENTS, writeBack);
      await done;
    }

    // Four rounds that did not begin anew would have filled it four times.
    expect(logBytes()).toBeLessThan(2 * ENOUGH_EVENTS * MEBIBYTE);
    expect(file.database().prepare('SELECT count(*) FROM events').pluck().get()).toBe(4 * ENOUGH_EVENTS);
    expect(file.database().pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('is left alone while there is little of it', async () => {
    const writeBack = writeBackBy(PROGRAM);
    commit(2, writeBack);
    await writeBack.end();

    expect(pagesNotWrittenBack()).toBeGreaterThan((2 * MEBIBYTE) / PAGE_BYTES);
    expect(WRITE_BACK_PAGES).toBeGreaterThan((2 * MEBIBYTE) / PAGE_BYTES);
  });

  test('can be emptied while the thread is at work', async () => {
    const writeBack = writeBackBy(PROGRAM);
    for (let round = 0; round < 5; round += 1) {
      commit(ENOUGH_EVENTS, writeBack);
      file.emptyLog();
      expect(logBytes()).toBe(0);
    }
  });

  test('a thread that fails, or that is not there, keeps nobody from writing', async () => {
    const failing = join(directory.path, 'failing.js');
    writeFileSync(failing, 'throw new Error("no disk")');
    for (const program of [failing, join(directory.path, 'missing.js')]) {
      const writeBack = writeBackBy(program);
      commit(2 * ENOUGH_EVENTS, writeBack);
      await writeBack.end();
    }

    expect(file.database().prepare('SELECT count(*) FROM events').pluck().get()).toBe(4 * ENOUGH_EVENTS);
  });

  test('a program that closes its ledger and has nothing else to do sees it closed', () => {
    const written = spawnSync(process.execPath, ['-e', CLOSING, OPEN, join(directory.path, 'its-own')], {
      encoding: 'utf8',
    });

    expect([written.stderr, written.stdout]).toEqual(['', 'closed']);
  });
});
