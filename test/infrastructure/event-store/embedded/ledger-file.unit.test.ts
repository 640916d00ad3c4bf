import Database from 'better-sqlite3';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamName } from '../../../../src/domain/shared/identifiers.js';
import {
  LedgerOpenedForReading,
  UnusableLedgerFile,
} from '../../../../src/infrastructure/event-store/embedded/errors.js';
import {
  LEDGER_FILE_NAME,
  LedgerFile,
} from '../../../../src/infrastructure/event-store/embedded/ledger-file.js';
import { openEmbedded } from '../../../../src/infrastructure/event-store/embedded/open.js';
import { NO_STREAM, START } from '../../../../src/infrastructure/event-store/event-store.js';
import { DataDirectory } from '../../../support/event-store-directory.js';
import { allOf, newEvent } from '../../../support/event-store-events.js';

const LEDGER = 'l';

describe("the ledger's file", () => {
  let directory: DataDirectory;
  let path: string;
  const open = (mode: 'write' | 'read', ledger = LEDGER) =>
    openEmbedded({ directory: directory.path, ledger, mode });
  const foundLedger = async () => {
    const store = open('write');
    await store.append(streamName(LEDGER, 'genesis'), NO_STREAM, [newEvent()]);
    await store.close();
  };
  const withDatabase = (change: (database: Database.Database) => void) => {
    const database = new Database(path);
    change(database);
    database.close();
  };

  beforeEach(() => {
    directory = new DataDirectory();
    path = join(directory.path, LEDGER_FILE_NAME);
  });
  afterEach(() => directory.remove());

  test('every commit is synced, destroyed bytes are overwritten, and the write-ahead log is bounded', () => {
    const file = new LedgerFile(directory.path, LEDGER, 'write');
    const setting = (pragma: string) => file.database().pragma(pragma, { simple: true });

    expect([setting('journal_mode'), setting('synchronous'), setting('secure_delete')]).toEqual([
      'wal',
      2,
      1,
    ]);
    expect([setting('wal_autocheckpoint'), setting('journal_size_limit')]).toEqual([
      12_288,
      64 * 1024 * 1024,
    ]);
    file.close();
  });

  test('a file that is no database is left alone', () => {
    writeFileSync(path, 'a shopping list, long enough to be read as a header of a database'.repeat(20));
    const before = readFileSync(path);

    expect(() => open('write')).toThrow(UnusableLedgerFile);
    expect(() => open('read')).toThrow(UnusableLedgerFile);
    expect(readFileSync(path)).toEqual(before);
  });

  test("somebody else's database is left alone", () => {
    withDatabase((database) => database.exec('CREATE TABLE events (position INTEGER PRIMARY KEY)'));
    const before = readFileSync(path);

    expect(() => open('write')).toThrow(/database of something else/);
    expect(() => open('read')).toThrow(/database of something else/);
    expect(readFileSync(path)).toEqual(before);
  });

  test('a file of a newer version is refused, with what to do', async () => {
    await foundLedger();
    withDatabase((database) => database.exec('UPDATE ledger SET schema_version = 2'));

    expect(() => open('write')).toThrow(/newer Sourcebook .* run that version/);
    expect(() => open('read')).toThrow(/newer Sourcebook .* run that version/);
  });

  test("another ledger's file is refused, and names whose it is", async () => {
    await foundLedger();
    expect(() => open('write', 'other')).toThrow(/holds the ledger "l", not "other"/);
  });

  test('a refused file does not keep the right to write', async () => {
    await foundLedger();
    expect(() => open('write', 'other')).toThrow(UnusableLedgerFile);
    await open('write').close();
  });

  test('there is nothing to read before a ledger was founded', () => {
    expect(() => open('read')).toThrow(/is not there/);
    writeFileSync(path, '');
    expect(() => open('read')).toThrow(/holds no ledger yet/);
  });

  test('a ledger that nobody writes to can be read', async () => {
    await foundLedger();
    const reader = open('read');

    expect(await allOf(reader.readAll(START))).toHaveLength(1);
    await reader.close();
  });

  test('nothing is written or destroyed through a store opened for reading', async () => {
    await foundLedger();
    const reader = open('read');

    const append = reader.append(streamName(LEDGER, 'order'), NO_STREAM, [newEvent()]);
    await expect(append).rejects.toBeInstanceOf(LedgerOpenedForReading);
    await expect(reader.destroy(streamName(LEDGER, 'aside.key'))).rejects.toBeInstanceOf(
      LedgerOpenedForReading,
    );
    await reader.close();
  });
});
