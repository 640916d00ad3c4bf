import { NO_STREAM, type EventStore } from '../../../src/infrastructure/event-store/event-store.js';
import {
  LogsDiffer,
  SourceEmpty,
  TargetHoldsOther,
  TargetMoved,
} from '../../../src/infrastructure/migration/errors.js';
import {
  migrateLedger,
  type MigrationProgress,
} from '../../../src/infrastructure/migration/migrate-ledger.js';
import { CrashingStore, ProcessDied } from '../../support/crashing-store.js';
import { newEvent, newEvents } from '../../support/event-store-events.js';
import {
  dataKey,
  foundSmallLedger,
  genesis,
  LedgerPlaces,
  logOf,
  move,
  order,
  sealedSecrets,
} from './ledger-places.js';

/** A store as somebody else sees it who does something just before its n-th append. */
function disturbed(store: EventStore, append: number, disturbance: () => Promise<unknown>): EventStore {
  let appends = 0;
  return {
    append: async (...args) => {
      appends += 1;
      if (appends === append) await disturbance();
      return store.append(...args);
    },
    readStream: (...args) => store.readStream(...args),
    readAll: (...args) => store.readAll(...args),
    subscribe: (...args) => store.subscribe(...args),
    head: () => store.head(),
    destroy: (stream) => store.destroy(stream),
    close: () => store.close(),
  };
}

describe.each(['embedded', 'cluster'] as const)('a ledger that moves to another place: %s', (engine) => {
  const places = new LedgerPlaces();
  let source: EventStore;
  let target: EventStore;

  beforeEach(async () => {
    source = places.embedded();
    target = engine === 'embedded' ? places.embedded() : await places.cluster();
    await foundSmallLedger(source);
  });
  afterEach(() => places.close());

  test('every event is there with its stream, revision, id and bytes, in the same order, aside streams too', async () => {
    const summary = await move(source, target);

    expect(await logOf(target)).toEqual(await logOf(source));
    expect(summary).toEqual({ events: 13, inSequence: 9, copied: 13 });
  });

  test('moving it once more finds all of it there and writes nothing', async () => {
    await move(source, target);
    const head = await target.head();

    expect(await move(source, target)).toMatchObject({ events: 13, copied: 0 });
    expect(await target.head()).toBe(head);
  });

  test.each(
    [1, 2, 3, 4, 5, 6, 7, 8].flatMap((append) => [[append, 'before'] as const, [append, 'after'] as const]),
  )('killed at append %i, %s it took effect, and run again, it goes on', async (append, when) => {
    const dying = new CrashingStore(target);
    dying.crashAt({ append, when });

    await expect(move(source, dying)).rejects.toBeInstanceOf(ProcessDied);
    const there = (await logOf(target)).length;
    const { copied } = await move(source, target);

    expect(there + copied).toBe(13);
    expect(await logOf(target)).toEqual(await logOf(source));
  });

  test('stopped by its user it goes on later', async () => {
    const stop = new AbortController();
    const stopping = disturbed(target, 4, async () => stop.abort(new Error('stopped')));

    await expect(move(source, stopping, stop.signal)).rejects.toThrow('stopped');
    expect(await logOf(target)).toEqual((await logOf(source)).slice(0, 7));
    await move(source, target);

    expect(await logOf(target)).toEqual(await logOf(source));
  });

  test('a target that holds another ledger is refused and left as it was', async () => {
    await target.append(sealedSecrets, NO_STREAM, [newEvent()]);
    await target.append(genesis, NO_STREAM, [newEvent()]);
    const before = await logOf(target);

    await expect(move(source, target)).rejects.toBeInstanceOf(TargetHoldsOther);
    expect(await logOf(target)).toEqual(before);
  });

  test('a target in which another ledger was only about to be founded is refused and keeps its secrets', async () => {
    await target.append(sealedSecrets, NO_STREAM, [newEvent()]);

    await expect(move(source, target)).rejects.toBeInstanceOf(TargetHoldsOther);
    expect(await logOf(target)).toHaveLength(1);
  });

  test('a target that went on by itself after the move is refused', async () => {
    await move(source, target);
    await target.append(order('3'), NO_STREAM, [newEvent()]);

    await expect(move(source, target)).rejects.toBeInstanceOf(TargetHoldsOther);
  });

  test.each([
    ['type', { type: 'SomethingElse' }],
    ['data', { data: '{} ' }],
    ['metadata', { metadata: '{"schemaVersion": 1}' }],
    ['id', { eventId: '00000000-0000-4000-8000-000000000001' }],
  ])('a target whose copy differs in one %s is refused', async (_, change) => {
    const log = await logOf(source);
    const [secrets, first] = log as [(typeof log)[number], (typeof log)[number]];
    await target.append(sealedSecrets, NO_STREAM, [secrets]);
    await target.append(genesis, NO_STREAM, [{ ...first, ...change }]);

    await expect(move(source, target)).rejects.toBeInstanceOf(TargetHoldsOther);
  });

  test('what its source destroyed between two runs does not live on in the copy', async () => {
    const dying = new CrashingStore(target);
    dying.crashAt({ append: 6, when: 'before' });
    await expect(move(source, dying)).rejects.toBeInstanceOf(ProcessDied);
    await source.destroy(dataKey('LOT-1'));
    await source.append(dataKey('LOT-1'), NO_STREAM, [newEvent({ again: true })]);

    await move(source, target);

    expect(await logOf(target)).toEqual(await logOf(source));
  });

  test('a stream that was destroyed before the move stays destroyed', async () => {
    await source.destroy(dataKey('LOT-1'));

    expect(await move(source, target)).toMatchObject({ events: 11, inSequence: 9 });
    expect(await logOf(target)).toEqual(await logOf(source));
  });

  test('a source that somebody still writes to is noticed, and the next run takes the rest along', async () => {
    // The last append's event is the last that the copy read; what comes after it is seen by the comparison alone.
    const growing = disturbed(target, 8, () => source.append(order('4'), NO_STREAM, newEvents(2)));

    await expect(move(source, growing)).rejects.toBeInstanceOf(LogsDiffer);
    expect(await move(source, target)).toMatchObject({ events: 15, copied: 2 });
  });

  test('a target that somebody else writes to is noticed', async () => {
    const shared = disturbed(target, 3, () => target.append(order('1'), NO_STREAM, [newEvent()]));

    await expect(move(source, shared)).rejects.toBeInstanceOf(TargetMoved);
  });

  test('neighbours of one stream go together, each event of others by itself', async () => {
    let appends = 0;
    const counting = disturbed(target, 0, async () => undefined);
    const append = counting.append.bind(counting);
    counting.append = (...args) => {
      appends += 1;
      return append(...args);
    };

    await move(source, counting);

    expect(appends).toBe(8);
  });

  test('it tells how far it has come in what is left to copy', async () => {
    const told: MigrationProgress[] = [];
    const { signal } = new AbortController();
    await migrateLedger({ source, target, signal, onProgress: (progress) => told.push(progress) });

    const copying = told.filter(({ phase }) => phase === 'copying');
    expect(copying.map(({ events }) => events)).toEqual([1, 2, 5, 7, 9, 11, 12, 13]);
    expect(copying.at(-1)?.share).toBe(1);
    expect(copying.map(({ share }) => share)).toEqual(
      copying.map(({ share }) => share).sort((a, b) => a - b),
    );
  });
});

describe('a place without a ledger', () => {
  const places = new LedgerPlaces();
  afterEach(() => places.close());

  test('has nothing to move', async () => {
    await expect(move(places.embedded(), places.embedded())).rejects.toBeInstanceOf(SourceEmpty);
  });
});
