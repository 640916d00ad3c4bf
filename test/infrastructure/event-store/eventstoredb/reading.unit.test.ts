import {
  NO_STREAM,
  START,
  StoreUnavailable,
} from '../../../../src/infrastructure/event-store/event-store.js';
import { allOf, idsOf, newEvent, newEvents } from '../../../support/event-store-events.js';
import { ATTEMPTS, DoubleBench, eventually, PATIENT } from '../../../support/eventstoredb/double-bench.js';
import type { ReadFault } from '../../../support/eventstoredb/faults.js';

describe('reading from an EventStoreDB that goes wrong', () => {
  const bench = new DoubleBench();
  beforeEach(() => bench.setUp());
  afterEach(() => bench.tearDown());

  describe.each<ReadFault['kind']>(['silent', 'end', 'unavailable', 'cut'])('a call (%s)', (kind) => {
    test.each([0, 1, 3])('after %d messages is made again: a stream is read whole', async (afterMessages) => {
      const events = newEvents(5);
      await bench.store.append(bench.order(), NO_STREAM, events);
      bench.double.readFaults.next({ kind, afterMessages });
      expect(idsOf(await allOf(bench.store.readStream(bench.order())))).toEqual(idsOf(events));
    });

    test.each([0, 1, 3])(
      'after %d messages is made again: the ledger is read whole',
      async (afterMessages) => {
        const events = newEvents(5);
        await bench.store.append(bench.order(), NO_STREAM, events);
        const head = await bench.store.head();
        bench.double.readFaults.next({ kind, afterMessages: 0 }, { kind: 'none' }, { kind, afterMessages });
        expect(idsOf(await allOf(bench.store.readAll(START)))).toEqual(idsOf(events));
        expect(await bench.store.head()).toBe(head);
      },
    );

    test('at the first look at the head is made again', async () => {
      const { position } = await bench.store.append(bench.order(), NO_STREAM, [newEvent()]);
      bench.double.readFaults.next({ kind, afterMessages: 0 });
      expect(await bench.store.head()).toBe(position);
    });
  });

  test('calls that are never answered are unavailable after bounded attempts', async () => {
    await bench.store.append(bench.order(), NO_STREAM, [newEvent()]);
    bench.double.readFaults.always({ kind: 'silent' });
    await expect(allOf(bench.store.readStream(bench.order()))).rejects.toBeInstanceOf(StoreUnavailable);
    expect(bench.double.readsReceived).toBe(ATTEMPTS);
    await expect(bench.store.head()).rejects.toThrow(/could not be read \(nothing was heard/);
  });

  test('positions are numbers that leave gaps, whatever the server writes in between', async () => {
    for (let revision = NO_STREAM; revision < 20; revision += 1) {
      await bench.store.append(bench.order(), revision, [newEvent()]);
    }
    const all = await allOf(bench.store.readAll(START));
    expect(all.map(({ revision }) => revision)).toEqual(Array.from({ length: 22 - 1 }, (_, index) => index));
    expect(bench.double.log.records.some(({ type }) => type.startsWith('$'))).toBe(true);
    for (const { position, revision } of all) {
      const rest = await allOf(bench.store.readAll(position, { batchSize: 4 }));
      expect(rest.map((event) => event.revision)).toEqual(
        all.slice(revision + 1).map((event) => event.revision),
      );
    }
  });

  test('another ledger of the same cluster is neither read nor the head', async () => {
    const other = bench.open({ ledger: `${bench.ledger}x` });
    const { position } = await bench.store.append(bench.order(), NO_STREAM, [newEvent()]);
    const name = bench.order().replace(/^[^.]+/, (ledger) => `${ledger}x`) as ReturnType<typeof bench.order>;
    await other.append(name, NO_STREAM, newEvents(9));

    expect(await bench.store.head()).toBe(position);
    expect(await allOf(bench.store.readAll(START))).toHaveLength(1);
    expect(await allOf(other.readAll(START))).toHaveLength(9);
  });

  describe('calls at the server', () => {
    test('none is left open by a reader that goes away in the middle', async () => {
      const store = bench.open(PATIENT);
      await store.append(bench.order(), NO_STREAM, newEvents(2_000));
      for (let round = 0; round < 5; round += 1) {
        for await (const batch of store.readAll(START, { batchSize: 3 })) if (batch.length > 0) break;
        for await (const batch of store.readStream(bench.order())) if (batch.length > 0) break;
      }
      await eventually(() => bench.double.openReads === 0);
    });

    test('are few, however many read at once: a server leaves the 101st without an answer', async () => {
      await bench.store.append(bench.order(), NO_STREAM, newEvents(3));
      const store = bench.open(PATIENT);
      const reads = Array.from({ length: 250 }, () => allOf(store.readStream(bench.order())));
      for (const read of await Promise.all(reads)) expect(read).toHaveLength(3);
      expect(bench.double.mostOpenReads).toBeLessThanOrEqual(32);
    });
  });

  test('events that are large come in batches that fit the memory', async () => {
    const store = bench.open(PATIENT);
    const large = 'x'.repeat(900_000);
    for (let revision = NO_STREAM; revision < 11; revision += 1) {
      await store.append(bench.order(), revision, [newEvent(large)]);
    }
    const sizes: number[] = [];
    for await (const batch of store.readStream(bench.order())) sizes.push(batch.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(12);
  });
});
