import {
  AppendTooLarge,
  NO_STREAM,
  START,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../../../src/infrastructure/event-store/event-store.js';
import { allOf, Follower, idsOf, newEvent, newEvents } from '../../../support/event-store-events.js';
import { ATTEMPTS, DoubleBench, eventually, PATIENT } from '../../../support/eventstoredb/double-bench.js';
import type { AppendFault } from '../../../support/eventstoredb/faults.js';

/** What only the engine's own timeout notices; everything else must be noticed without it. */
const SILENT: readonly AppendFault[] = ['silent before', 'silent after', 'late'];
const LONGER_THAN_A_TEST_MS = 600_000;

describe('appending to an EventStoreDB that goes wrong', () => {
  const bench = new DoubleBench();
  beforeEach(() => bench.setUp());
  afterEach(() => bench.tearDown());

  describe('an attempt of unknown outcome', () => {
    const unknown: readonly AppendFault[] = [
      'silent before',
      'silent after',
      'late',
      'end before',
      'end after',
      'cut before',
      'cut after',
      'timeout before',
      'timeout after',
      'not ready',
    ];

    test.each(unknown)(
      '(%s) is made again with the same ids and revision, and written once',
      async (fault) => {
        const events = newEvents(3);
        bench.double.appendFaults.next(fault);
        const told = !SILENT.includes(fault);
        const store = told ? bench.open({ appendTimeoutMs: LONGER_THAN_A_TEST_MS }) : bench.store;

        const appended = await store.append(bench.order(), NO_STREAM, events);

        const asked = {
          stream: bench.order(),
          expected: NO_STREAM,
          eventIds: idsOf(events),
          deadline: false,
        };
        expect(bench.double.receivedAppends).toEqual([asked, asked]);
        expect(bench.keptIds(bench.order())).toEqual(idsOf(events));
        const [last] = bench.double.log.ofStream(bench.order()).slice(-1);
        expect(appended).toEqual({ revision: 2, position: last?.position });
      },
    );

    test.each(['silent before', 'silent after'] as const)(
      '(%s) again and again is no success and no refusal, and the same append later is',
      async (fault) => {
        const events = newEvents(2);
        bench.double.appendFaults.always(fault);
        const answer = bench.store.append(bench.order(), NO_STREAM, events);
        await expect(answer).rejects.toBeInstanceOf(StoreUnavailable);
        await expect(answer).rejects.toThrow(/try again with the same events and revision/);
        expect(bench.double.receivedAppends).toHaveLength(ATTEMPTS);

        bench.double.appendFaults.always('none');
        expect((await bench.store.append(bench.order(), NO_STREAM, events)).revision).toBe(1);
        expect(bench.keptIds(bench.order())).toEqual(idsOf(events));
      },
    );

    test('that is followed by a wrong expected version is looked up: written, it is a success', async () => {
      const events = newEvents(2);
      bench.double.appendFaults.next('silent after', 'wrong expected version');

      const { revision, position } = await bench.store.append(bench.order(), NO_STREAM, events);

      expect(revision).toBe(1);
      expect(position).toBe(bench.double.log.ofStream(bench.order())[1]?.position);
    });

    test('that is followed by a wrong expected version is looked up: overtaken, it is a refusal', async () => {
      const rivals = newEvents(2);
      bench.double.appendFaults.next('silent before', 'none');
      const answer = bench.store.append(bench.order(), NO_STREAM, newEvents(2));
      await eventually(() => bench.double.receivedAppends.length === 1);
      bench.double.log.append(bench.order(), NO_STREAM, rivals.map(asRecord));

      await expect(answer).rejects.toMatchObject({
        name: 'WrongExpectedRevision',
        expected: NO_STREAM,
        actual: 1,
      });
      expect(bench.keptIds(bench.order())).toEqual(idsOf(rivals));
    });

    test('is not decided by a later denial', async () => {
      bench.double.appendFaults.next('silent after', 'access denied');
      await expect(bench.store.append(bench.order(), NO_STREAM, [newEvent()])).rejects.toThrow(
        /could not be learnt/,
      );
    });
  });

  describe('an answer', () => {
    test('that comes when nobody waits any more harms nothing', async () => {
      bench.double.appendFaults.next('late');
      await bench.store.append(bench.order('1'), NO_STREAM, [newEvent()]);
      bench.double.lateAnswers.forEach((answer) => answer());

      expect((await bench.store.append(bench.order('2'), NO_STREAM, [newEvent()])).revision).toBe(0);
    });

    test('that comes twice is taken once', async () => {
      bench.double.appendFaults.next('twice', 'twice');
      await bench.store.append(bench.order(), NO_STREAM, [newEvent()]);
      expect((await bench.store.append(bench.order(), 0, [newEvent()])).revision).toBe(1);
    });

    test('is found by an id written as two halves too', async () => {
      bench.double.appendFaults.next('structured id');
      expect((await bench.store.append(bench.order(), NO_STREAM, newEvents(2))).revision).toBe(1);
      expect(bench.double.receivedAppends).toHaveLength(1);
    });

    test('without a position is completed by reading', async () => {
      bench.double.appendFaults.next('no position');
      const { position } = await bench.store.append(bench.order(), NO_STREAM, newEvents(2));
      expect(position).toBe(bench.double.log.ofStream(bench.order())[1]?.position);
    });

    test('of a revision that cannot be is no success', async () => {
      bench.double.log.append(bench.order(), NO_STREAM, newEvents(3).map(asRecord));
      bench.double.log.softDelete(bench.order());
      await expect(bench.store.append(bench.order(), NO_STREAM, [newEvent()])).rejects.toThrow(
        /deleted or truncated outside this service/,
      );
    });
  });

  describe('a refusal at the first attempt is final', () => {
    test('a wrong expected version names the revision that the server named', async () => {
      bench.double.appendFaults.next('wrong expected version');
      const refusal = bench.store.append(bench.order(), 7, [newEvent()]);
      await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
      await expect(refusal).rejects.toMatchObject({ expected: 7, actual: 41 });
      expect(bench.double.receivedAppends).toHaveLength(1);
    });

    test("a server's smaller limit is an append too large, and the store goes on", async () => {
      bench.double.log.appendBytesMax = 100;
      await expect(
        bench.store.append(bench.order(), NO_STREAM, [newEvent('x'.repeat(100))]),
      ).rejects.toBeInstanceOf(AppendTooLarge);
      bench.double.log.appendBytesMax = 1_048_576;
      bench.double.appendFaults.next('maximum event size');
      await expect(bench.store.append(bench.order(), NO_STREAM, [newEvent()])).rejects.toBeInstanceOf(
        AppendTooLarge,
      );
      expect((await bench.store.append(bench.order(), NO_STREAM, [newEvent()])).revision).toBe(0);
    });

    test('denied credentials are not tried again', async () => {
      bench.double.appendFaults.next('access denied');
      await expect(bench.store.append(bench.order(), NO_STREAM, [newEvent()])).rejects.toThrow(/credentials/);
      expect(bench.double.receivedAppends).toHaveLength(1);
    });
  });

  describe('many appends at once', () => {
    test('survive a cut in the middle of a full socket, each written once', async () => {
      bench.double.appendFaults.next(...Array<AppendFault>(20).fill('none'), 'cut after');
      const payload = 'x'.repeat(60_000);
      const appends = Array.from({ length: 120 }, (_, index) => ({
        stream: bench.order(String(index)),
        events: [newEvent(payload)],
      }));

      const store = bench.open(PATIENT);
      await Promise.all(appends.map(({ stream, events }) => store.append(stream, NO_STREAM, events)));

      for (const { stream, events } of appends) expect(bench.keptIds(stream)).toEqual(idsOf(events));
    });

    test('of two stores: what breaks the one leaves the other in peace', async () => {
      const neighbour = await bench.startDouble();
      const other = bench.open({ connectionString: neighbour.connectionString, appendTimeoutMs: 20_000 });
      neighbour.appendFaults.next('late');
      const waiting = other.append(bench.order('2'), NO_STREAM, [newEvent()]);
      await eventually(() => neighbour.lateAnswers.length === 1);

      bench.double.appendFaults.next('cut before');
      await bench.store.append(bench.order('1'), NO_STREAM, [newEvent()]);
      neighbour.lateAnswers.forEach((answer) => answer());

      expect((await waiting).revision).toBe(0);
      expect(neighbour.receivedAppends).toHaveLength(1);
    });

    test('wait for their turn beyond 256, and are all made', async () => {
      const store = bench.open(PATIENT);
      const appends = Array.from({ length: 300 }, (_, index) =>
        store.append(bench.order(String(index)), NO_STREAM, [newEvent()]),
      );
      expect(await Promise.all(appends)).toHaveLength(300);
    });
  });

  describe('a cluster', () => {
    test('whose leader changed is followed to the new one', async () => {
      await bench.store.append(bench.order(), NO_STREAM, [newEvent()]);
      const leader = await bench.startDouble(bench.double.log);
      bench.double.leader = leader.endpoint;
      bench.double.cut();

      const appends = [1, 2, 3].map((id) =>
        bench.store.append(bench.order(`new ${id}`), NO_STREAM, [newEvent()]),
      );

      await Promise.all(appends);
      expect(leader.receivedAppends.length).toBeGreaterThanOrEqual(3);
      expect(await allOf(bench.store.readStream(bench.order()))).toHaveLength(1);
    });

    test('is found by asking a node for the others', async () => {
      const follower = await bench.startDouble(bench.double.log);
      follower.leader = bench.double.endpoint;
      const store = bench.open({
        connectionString: follower.connectionString.replace('esdb://', 'kurrentdb+discover://'),
      });

      await store.append(bench.order(), NO_STREAM, [newEvent()]);
      expect(bench.double.receivedAppends).toHaveLength(1);
    });

    test('of which no node answers is unavailable, and found again when one does', async () => {
      const gone = await bench.startDouble();
      await gone.stop();
      const { port } = gone.endpoint;
      const store = bench.open({
        connectionString: `esdb+discover://127.0.0.1:${port}?tls=false&maxDiscoverAttempts=1&discoveryInterval=1`,
        appendTimeoutMs: 2_000,
      });
      const following = new AbortController();
      const batches = store.subscribe(-1, { signal: following.signal });
      const first = batches[Symbol.asyncIterator]().next();

      await expect(store.append(bench.order(), NO_STREAM, [newEvent()])).rejects.toBeInstanceOf(
        StoreUnavailable,
      );
      await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
      following.abort();
      expect((await first).done).toBe(true);
    });

    test('that cannot be asked while an old call breaks fails those who ask, and nobody else', async () => {
      const gossip = await bench.startDouble(bench.double.log);
      gossip.leader = bench.double.endpoint;
      const { port } = gossip.endpoint;
      const store = bench.open({
        ...PATIENT,
        connectionString: `esdb+discover://127.0.0.1:${port}?tls=false&maxDiscoverAttempts=2&discoveryInterval=100`,
        // Between a failed read and the next one, which finds no node to ask, the subscription breaks.
        pause: async () => void setImmediate(() => bench.double.cut()),
      });
      const follower = new Follower(store, START);
      await eventually(() => store.health().subscriptions[0]?.state === 'live');
      await gossip.stop();
      bench.double.readFaults.next({ kind: 'unavailable' });

      await expect(store.head()).rejects.toThrow(/Failed to discover/);
      await follower.stop();
    });
  });

  test('closing waits for the appends that are under way', async () => {
    bench.double.appendFaults.next('late');
    const store = bench.open(PATIENT);
    const underWay = store.append(bench.order(), NO_STREAM, [newEvent()]);
    await eventually(() => bench.double.lateAnswers.length === 1);
    const closing = store.close();
    bench.double.lateAnswers.forEach((answer) => answer());

    expect((await underWay).revision).toBe(0);
    await closing;
    await expect(store.append(bench.order(), 0, [newEvent()])).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

function asRecord({ eventId, type, data, metadata }: ReturnType<typeof newEvent>) {
  return {
    eventId,
    type,
    contentType: 'application/json',
    data: Buffer.from(data),
    metadata: Buffer.from(metadata),
  };
}
