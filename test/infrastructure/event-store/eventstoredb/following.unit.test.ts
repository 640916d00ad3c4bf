import {
  NO_STREAM,
  START,
  type StoredEvent,
} from '../../../../src/infrastructure/event-store/event-store.js';
import { allOf, Follower, idsOf, newEvent, newEvents } from '../../../support/event-store-events.js';
import { DoubleBench, eventually, PATIENT } from '../../../support/eventstoredb/double-bench.js';
import type { ReadFault } from '../../../support/eventstoredb/faults.js';

describe('following an EventStoreDB that goes wrong', () => {
  const bench = new DoubleBench();
  const followers: Follower[] = [];
  const follow = (store = bench.store, after = START, batchSize?: number): Follower => {
    const follower = new Follower(store, after, batchSize);
    followers.push(follower);
    return follower;
  };
  beforeEach(() => bench.setUp());
  afterEach(async () => {
    await Promise.all(followers.splice(0).map((follower) => follower.stop()));
    await bench.tearDown();
  });

  describe.each<ReadFault['kind']>(['end', 'unavailable', 'cut', 'silent'])('a call (%s)', (kind) => {
    test.each([0, 1, 2, 4, 6, 9])(
      'after %d messages is taken up again, without gap or double',
      async (afterMessages) => {
        const store = bench.open({ silenceTimeoutMs: 100 });
        const old = newEvents(5);
        await store.append(bench.order('1'), NO_STREAM, old);
        bench.double.readFaults.next(
          { kind, afterMessages },
          { kind, afterMessages: 2 },
          { kind, afterMessages: 0 },
        );
        const follower = follow(store);
        await follower.seen(5);
        const live = newEvents(3);
        for (const [index, event] of live.entries()) await store.append(bench.order('2'), index - 1, [event]);

        expect(idsOf(await follower.seen(8))).toEqual(idsOf([...old, ...live]));
      },
    );
  });

  test('a call that ends at once, again and again, is taken up with growing pauses, for ever', async () => {
    const pauses: number[] = [];
    const store = bench.open({
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return new Promise((resolve) => setImmediate(resolve));
      },
    });
    bench.double.readFaults.always({ kind: 'end' });
    const follower = follow(store);
    await eventually(() => pauses.length === 12);
    expect(pauses.slice(0, 8)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(store.health().subscriptions).toMatchObject([
      { position: START, reason: 'the server ended the call' },
    ]);

    bench.double.readFaults.always({ kind: 'none' });
    const event = newEvent();
    await store.append(bench.order(), NO_STREAM, [event]);
    expect(idsOf(await follower.seen(1))).toEqual([event.eventId]);
    expect(store.health().subscriptions).toMatchObject([{ state: 'live', failures: 0 }]);
  });

  test('health tells of what is followed: waiting, live, and no more', async () => {
    bench.double.readFaults.always({ kind: 'unavailable' });
    const follower = follow();
    await eventually(() => bench.store.health().subscriptions[0]?.state === 'waiting');
    bench.double.readFaults.always({ kind: 'none' });
    await eventually(() => bench.store.health().subscriptions[0]?.state === 'live');
    await follower.stop();
    expect(bench.store.health().subscriptions).toEqual([]);
  });

  test('an idle subscription is taken up again from how far the server had looked', async () => {
    const store = bench.open({ silenceTimeoutMs: 30 });
    const other = bench.open({ ledger: 'other' });
    await other.append('other.order-1' as ReturnType<typeof bench.order>, NO_STREAM, newEvents(100));
    const follower = follow(store);
    await eventually(() => (store.health().subscriptions[0]?.position ?? START) > START);
    const calls = bench.double.readsReceived;
    await eventually(() => bench.double.readsReceived >= calls + 3);

    expect(store.health().subscriptions).toMatchObject([{ state: 'live', failures: 0 }]);
    const event = newEvent();
    await store.append(bench.order(), NO_STREAM, [event]);
    expect(idsOf(await follower.seen(1))).toEqual([event.eventId]);
  });

  test('being told again and again that it has caught up changes nothing', async () => {
    bench.double.readFaults.always({ kind: 'caughtUp again and again' });
    const follower = follow();
    const events = newEvents(20);
    for (const [index, event] of events.entries())
      await bench.store.append(bench.order(), index - 1, [event]);
    expect(idsOf(await follower.seen(20))).toEqual(idsOf(events));
  });

  test('a reader that does not read stops the server: memory stays flat', async () => {
    const store = bench.open(PATIENT);
    for (let round = 0; round < 15; round += 1) {
      await store.append(bench.order(String(round)), NO_STREAM, newEvents(200, 'x'.repeat(2_000)));
    }
    const before = bench.double.messagesWritten;
    const abort = new AbortController();
    const following = store.subscribe(START, { batchSize: 50, signal: abort.signal });
    const batches: AsyncIterator<readonly StoredEvent[], undefined> = following[Symbol.asyncIterator]();
    const seen = idsOf((await batches.next()).value ?? []);
    await eventuallyStill(() => bench.double.messagesWritten);
    expect(bench.double.messagesWritten - before).toBeLessThan(1_000);

    while (seen.length < 3_000) seen.push(...idsOf((await batches.next()).value ?? []));
    abort.abort();
    expect((await batches.next()).done).toBe(true);
    expect(seen).toEqual(idsOf(await allOf(store.readAll(START))));
  });

  test('a reader that goes away leaves no call open', async () => {
    await bench.store.append(bench.order(), NO_STREAM, newEvents(10));
    for (let round = 0; round < 5; round += 1) {
      const signal = new AbortController().signal;
      for await (const batch of bench.store.subscribe(START, { signal })) if (batch.length > 0) break;
    }
    await eventually(() => bench.double.openReads === 0);
  });

  test('the 33rd subscription at a time is refused', async () => {
    const many = Array.from({ length: 32 }, () => follow());
    await eventually(() => bench.store.health().subscriptions.length === many.length);
    const signal = new AbortController().signal;
    await expect(allOf(bench.store.subscribe(START, { signal }))).rejects.toThrow(/at most 32 subscriptions/);
    expect((await bench.store.append(bench.order(), NO_STREAM, [newEvent()])).revision).toBe(0);
    await Promise.all(many.map((follower) => follower.seen(1)));
  });
});

/** Resolves when the number has stayed the same for many turns of the event loop. */
async function eventuallyStill(read: () => number): Promise<void> {
  let last = read();
  for (let quietTurns = 0; quietTurns < 2_000; quietTurns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (read() !== last) quietTurns = 0;
    last = read();
  }
}
