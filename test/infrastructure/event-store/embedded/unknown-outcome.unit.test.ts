import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { streamName } from '../../../../src/domain/shared/identifiers.js';
import { LEDGER_FILE_NAME } from '../../../../src/infrastructure/event-store/embedded/ledger-file.js';
import type { CommitStep } from '../../../../src/infrastructure/event-store/embedded/ledger-writer.js';
import { openEmbedded } from '../../../../src/infrastructure/event-store/embedded/open.js';
import {
  NO_STREAM,
  START,
  StoreUnavailable,
  type EventStore,
} from '../../../../src/infrastructure/event-store/event-store.js';
import { DataDirectory } from '../../../support/event-store-directory.js';
import { allOf, Follower, idsOf, newEvent, newEvents } from '../../../support/event-store-events.js';

type Fault = 'none' | 'before' | 'after';

describe('a commit that fails has an unknown outcome', () => {
  let directory: DataDirectory;
  let store: EventStore;
  /** What happens to the next commits, in order; then all is well. */
  let faults: Fault[];
  const orderStream = (order: string) => streamName('l', 'order', order);
  const asideStream = streamName('l', 'aside.key', '1');

  const failingDisk: CommitStep = (commit) => {
    const fault = faults.shift() ?? 'none';
    if (fault !== 'before') commit();
    if (fault !== 'none') throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
  };

  beforeEach(() => {
    faults = [];
    directory = new DataDirectory();
    store = openEmbedded({ directory: directory.path, ledger: 'l', mode: 'write', commitStep: failingDisk });
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  test.each<[string, Fault[]]>([
    ['it took effect', ['after']],
    ['it took none, and succeeds when tried again', ['before']],
    ['it took none, and took effect when tried again', ['before', 'after']],
    ['it took effect, and so did the second try of nothing', ['after', 'after']],
  ])('%s: each append is answered as if nothing had been, and written once', async (_, sequence) => {
    await store.append(orderStream('0'), NO_STREAM, newEvents(2));
    const follower = new Follower(store, START);
    await follower.seen(2);
    const events = [newEvents(2), newEvents(1), newEvents(1), newEvents(1)] as const;
    faults = sequence;
    const [one, another, again, refused] = await Promise.allSettled([
      store.append(orderStream('1'), NO_STREAM, events[0]),
      store.append(orderStream('0'), 1, events[1]),
      store.append(orderStream('0'), 2, events[2]),
      store.append(orderStream('0'), 1, events[3]),
    ]);

    expect(one).toMatchObject({ value: { revision: 1, position: 3 } });
    expect(another).toMatchObject({ value: { revision: 2, position: 4 } });
    expect(again).toMatchObject({ value: { revision: 3, position: 5 } });
    expect(refused).toMatchObject({ status: 'rejected' });
    const written = idsOf(events.slice(0, 3).flat());
    expect(idsOf(await allOf(store.readAll(START))).slice(2)).toEqual(written);
    expect(idsOf(await follower.seen(6)).slice(2)).toEqual(written);
    await follower.stop();
  });

  test('what is found afterwards is written anew and synced before it is believed: nothing is left in the log', async () => {
    await store.append(orderStream('0'), NO_STREAM, newEvents(2));
    faults = ['after'];
    await store.append(orderStream('1'), NO_STREAM, newEvents(2));

    expect(statSync(join(directory.path, `${LEDGER_FILE_NAME}-wal`)).size).toBe(0);
    expect(await allOf(store.readAll(START))).toHaveLength(4);
  });

  test('when no try succeeds, the outcome is unavailable, nothing is written, and the same append succeeds later', async () => {
    const events = newEvents(2);
    faults = ['before', 'before'];
    await expect(store.append(orderStream('1'), NO_STREAM, events)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await store.head()).toBe(START);

    expect(await store.append(orderStream('1'), NO_STREAM, events)).toEqual({ position: 1, revision: 1 });
    expect(await allOf(store.readAll(START))).toHaveLength(2);
  });

  test('positions stay without gaps and revisions right after a failure', async () => {
    for (const sequence of [['before'], ['after'], ['before', 'before'], ['before', 'after']] as Fault[][]) {
      const { length } = await allOf(store.readStream(orderStream('1')));
      faults = [...sequence];
      await store.append(orderStream('1'), length - 1, [newEvent()]).catch((error: unknown) => {
        expect(error).toBeInstanceOf(StoreUnavailable);
      });
    }

    const all = await allOf(store.readAll(START));
    expect(all.map(({ position, revision }) => [position, revision])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test('a destruction that fails is not said to have happened; done again, it has', async () => {
    await store.append(asideStream, NO_STREAM, [newEvent()]);
    faults = ['before'];
    await expect(store.destroy(asideStream)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await allOf(store.readStream(asideStream))).toHaveLength(1);

    await store.destroy(asideStream);
    expect(await allOf(store.readStream(asideStream))).toEqual([]);
  });
});
