import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { streamName } from '../../../../src/domain/shared/identifiers.js';
import type { EmbeddedEventStore } from '../../../../src/infrastructure/event-store/embedded/embedded-event-store.js';
import { LEDGER_FILE_NAME } from '../../../../src/infrastructure/event-store/embedded/ledger-file.js';
import { openEmbedded } from '../../../../src/infrastructure/event-store/embedded/open.js';
import {
  NO_STREAM,
  START,
  StoreUnavailable,
} from '../../../../src/infrastructure/event-store/event-store.js';
import { DataDirectory } from '../../../support/event-store-directory.js';
import {
  allOf,
  Follower,
  idsOf,
  newEvent,
  newEventOfSize,
  newEvents,
} from '../../../support/event-store-events.js';

const MEBIBYTE = 1024 * 1024;

describe('the embedded event store', () => {
  let directory: DataDirectory;
  let store: EmbeddedEventStore;
  let commits: number;
  const open = (mode: 'write' | 'read') =>
    openEmbedded({
      directory: directory.path,
      ledger: 'l',
      mode,
      commitStep: (commit) => {
        commits += 1;
        commit();
      },
    });
  const orderStream = (order: string) => streamName('l', 'order', order);
  const asideStream = (part: string) => streamName('l', 'aside.key', part);

  beforeEach(() => {
    commits = 0;
    directory = new DataDirectory();
    store = open('write');
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  test('256 appends at once are one commit, and their positions count from 0 without a gap', async () => {
    const appended = await Promise.all(
      Array.from({ length: 256 }, (_, order) =>
        store.append(orderStream(String(order)), NO_STREAM, [newEvent()]),
      ),
    );

    expect(commits).toBe(1);
    expect(appended.map(({ position }) => position)).toEqual(
      Array.from({ length: 256 }, (_, index) => index),
    );
  });

  test('a stream that is no longer remembered is still known', async () => {
    await store.append(orderStream('first'), NO_STREAM, newEvents(3));
    const others = Array.from({ length: 40_000 }, (_, order) => orderStream(String(order)));
    await Promise.all(others.map((stream) => store.append(stream, NO_STREAM, [newEvent()])));

    const refusal = store.append(orderStream('first'), NO_STREAM, [newEvent()]);
    await expect(refusal).rejects.toMatchObject({ actual: 2 });
    expect(await store.append(orderStream('first'), 2, [newEvent()])).toEqual({
      position: 40_003,
      revision: 3,
    });
  });

  test('batches of large events are small', async () => {
    for (let order = 0; order < 12; order += 1) {
      await store.append(orderStream('large'), order - 1, [newEventOfSize(900 * 1024)]);
    }
    for (const batches of [store.readAll(START), store.readStream(orderStream('large'))]) {
      const sizes: number[] = [];
      for await (const batch of batches) sizes.push(batch.length);
      expect(sizes).toEqual([5, 5, 2]);
    }
  });

  test('the write-ahead log stays small while others read without pause', async () => {
    const reader = open('read');
    const follower = new Follower(reader, START);
    let largestBytes = 0;
    for (let order = 0; order < 128; order += 1) {
      await store.append(orderStream(String(order)), NO_STREAM, [newEventOfSize(900 * 1024)]);
      largestBytes = Math.max(largestBytes, statSync(join(directory.path, `${LEDGER_FILE_NAME}-wal`)).size);
      await follower.seen(order + 1);
    }

    expect(largestBytes).toBeLessThan(56 * MEBIBYTE);
    await follower.stop();
    await reader.close();
  });

  test('a reading store that is poked looks at once', async () => {
    const reader = open('read');
    const follower = new Follower(reader, START);
    await store.append(orderStream('1'), NO_STREAM, [newEvent()]);
    reader.poke();

    expect(await follower.seen(1)).toHaveLength(1);
    await follower.stop();
    await reader.close();
  });

  describe('destroying', () => {
    const secret = (part: string) => newEvent({ key: `wrapped-${part}-`.repeat(2_000) });

    test('leaves no byte of the stream in any file, and all of the others', async () => {
      await store.append(asideStream('1'), NO_STREAM, [secret('one'), secret('one')]);
      await store.append(asideStream('2'), NO_STREAM, [secret('two')]);
      expect(directory.holds('wrapped-one')).toBe(true);

      await store.destroy(asideStream('1'));

      expect(directory.holds('wrapped-one')).toBe(false);
      expect(directory.holds('wrapped-two')).toBe(true);
    });

    test('leaves a gap of positions that are never given out again, though they were the last', async () => {
      await store.append(orderStream('1'), NO_STREAM, [newEvent()]);
      await store.append(asideStream('1'), NO_STREAM, newEvents(2));
      await store.destroy(asideStream('1'));
      expect(await store.head()).toBe(2);
      expect(await allOf(store.readAll(START))).toHaveLength(1);

      await store.close();
      store = open('write');
      expect(await store.head()).toBe(2);
      expect(await store.append(asideStream('1'), NO_STREAM, [newEvent()])).toEqual({
        position: 3,
        revision: 0,
      });
      expect(await store.head()).toBe(3);
    });

    test('one who follows across the gap sees what comes after it', async () => {
      await store.append(asideStream('1'), NO_STREAM, newEvents(2));
      const reader = open('read');
      const follower = new Follower(reader, START);
      await follower.seen(2);
      await store.destroy(asideStream('1'));
      const event = newEvent();
      await store.append(orderStream('1'), NO_STREAM, [event]);

      expect(idsOf(await follower.seen(3)).slice(2)).toEqual([event.eventId]);
      await follower.stop();
      await reader.close();
    });

    test('is not said to have happened while a reader still holds the bytes', async () => {
      await store.append(asideStream('1'), NO_STREAM, [secret('one')]);
      const longReader = new Database(join(directory.path, LEDGER_FILE_NAME), { readonly: true });
      longReader.exec('BEGIN; SELECT count(*) FROM events');
      await expect(store.destroy(asideStream('1'))).rejects.toBeInstanceOf(StoreUnavailable);

      longReader.close();
      await store.destroy(asideStream('1'));
      expect(directory.holds('wrapped-one')).toBe(false);
    });
  });
});
