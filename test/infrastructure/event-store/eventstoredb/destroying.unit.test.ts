import { NO_STREAM, START } from '../../../../src/infrastructure/event-store/event-store.js';
import { allOf, Follower, idsOf, newEvent, newEvents } from '../../../support/event-store-events.js';
import { DoubleBench } from '../../../support/eventstoredb/double-bench.js';

describe('destroying a stream of EventStoreDB', () => {
  const bench = new DoubleBench();
  beforeEach(() => bench.setUp());
  afterEach(() => bench.tearDown());

  test('its events are handed out no more, though the server still shows them in $all', async () => {
    const kept = newEvents(2);
    await bench.store.append(bench.aside(), NO_STREAM, newEvents(3));
    await bench.store.append(bench.order(), NO_STREAM, kept);
    await bench.store.destroy(bench.aside());

    expect(bench.double.log.records.filter(({ stream }) => stream === bench.aside()).length).toBeGreaterThan(
      3,
    );
    expect(idsOf(await allOf(bench.store.readAll(START)))).toEqual(idsOf(kept));
    const other = new Follower(bench.open(), START);
    expect(idsOf(await other.seen(2))).toEqual(idsOf(kept));
    await other.stop();
  });

  test('a tombstone whose answer is lost is looked for, and found', async () => {
    await bench.store.append(bench.aside(), NO_STREAM, [newEvent()]);
    bench.double.tombstonesCut = 1;
    await bench.store.destroy(bench.aside());
    expect(bench.double.log.isTombstoned(bench.aside())).toBe(true);
    expect(bench.double.log.isTombstoned(`${bench.aside()}@1`)).toBe(false);
  });

  test('of a name again and again: each new stream begins at revision 0, for every instance', async () => {
    const instance = bench.open();
    for (let round = 0; round < 4; round += 1) {
      const events = newEvents(2);
      const writer = round % 2 === 0 ? bench.store : instance;
      expect((await writer.append(bench.aside(), NO_STREAM, events)).revision).toBe(1);
      for (const store of [bench.store, instance]) {
        const read = await allOf(store.readStream(bench.aside()));
        expect(read).toMatchObject(
          events.map((event, revision) => ({ ...event, stream: bench.aside(), revision })),
        );
        expect(idsOf(await allOf(store.readAll(START)))).toEqual(idsOf(events));
      }
      await (round % 2 === 0 ? instance : bench.store).destroy(bench.aside());
    }
    expect(await allOf(bench.store.readAll(START))).toEqual([]);
  });

  test('two instances that destroy it at once both succeed', async () => {
    await bench.store.append(bench.aside(), NO_STREAM, [newEvent()]);
    await Promise.all([bench.store.destroy(bench.aside()), bench.open().destroy(bench.aside())]);
    expect(await allOf(bench.store.readStream(bench.aside()))).toEqual([]);
  });

  test('an aside name that could be a successor is refused', async () => {
    const name = `${bench.aside()}@1` as ReturnType<typeof bench.aside>;
    await expect(bench.store.append(name, NO_STREAM, [newEvent()])).rejects.toBeInstanceOf(RangeError);
  });

  test('a stream of the sequence that somebody ended by hand is reported, not refilled', async () => {
    await bench.store.append(bench.order(), NO_STREAM, [newEvent()]);
    bench.double.log.tombstone(bench.order());
    await expect(bench.store.append(bench.order(), 0, [newEvent()])).rejects.toThrow(
      /destroyed outside this service/,
    );
    expect(await allOf(bench.store.readStream(bench.order()))).toEqual([]);
  });
});
