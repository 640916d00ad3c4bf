import { streamName } from '../../src/domain/shared/identifiers.js';
import { NO_STREAM, START, type EventStore } from '../../src/infrastructure/event-store/event-store.js';
import { allOf, Follower, idsOf, newEvent, newEvents } from '../support/event-store-events.js';
import type { TestBench } from './event-store.js';

export function describeFollowing(bench: TestBench): void {
  const orderStream = (order = '1') => streamName(bench.ledgerName, 'order', 'M-001', order);

  describe.each([
    ['the writing store', async () => bench.store],
    ['a second handle', () => bench.openReader()],
  ] as const)('following the ledger through %s', (_, open: () => Promise<EventStore>) => {
    const followers: Follower[] = [];
    const follow = async (after: number, batchSize?: number) => {
      const follower = new Follower(await open(), after, batchSize);
      followers.push(follower);
      return follower;
    };
    afterEach(() => Promise.all(followers.splice(0).map((follower) => follower.stop())));

    test('from the start, from a middle and from the head, each sees what comes after and goes on live', async () => {
      const old = newEvents(5);
      await bench.store.append(orderStream('1'), NO_STREAM, old);
      const positions = (await allOf(bench.store.readAll(START))).map(({ position }) => position);
      const fromStart = await follow(START);
      const fromMiddle = await follow(positions[2] as number, 1);
      const fromHead = await follow(await bench.store.head());

      const live = newEvents(2);
      await bench.store.append(orderStream('2'), NO_STREAM, live);

      expect(idsOf(await fromStart.seen(7))).toEqual(idsOf([...old, ...live]));
      expect(idsOf(await fromMiddle.seen(4))).toEqual(idsOf([...old.slice(3), ...live]));
      expect(idsOf(await fromHead.seen(2))).toEqual(idsOf(live));
    });

    test('an empty ledger is followed from its first event', async () => {
      const follower = await follow(START);
      const event = newEvent();
      await bench.store.append(orderStream(), NO_STREAM, [event]);

      expect(idsOf(await follower.seen(1))).toEqual([event.eventId]);
    });

    test('taken up again after each event, it goes on with the next', async () => {
      await bench.store.append(orderStream(), NO_STREAM, newEvents(6));
      const all = await allOf(bench.store.readAll(START));
      for (const [index, { position }] of all.slice(0, -1).entries()) {
        const follower = await follow(position);
        expect(idsOf(await follower.seen(5 - index))).toEqual(idsOf(all.slice(index + 1)));
      }
    });

    test('catching up while many write: no gap, no double, the order of the ledger', async () => {
      const write = async (writer: number) => {
        let revision = NO_STREAM;
        for (let round = 0; round < 60; round += 1) {
          const events = newEvents(1 + ((writer + round) % 3), round);
          revision = (await bench.store.append(orderStream(String(writer)), revision, events)).revision;
        }
        return revision + 1;
      };
      const writing = Array.from({ length: 8 }, (_, writer) => write(writer));
      const early = await follow(START, 7);
      await early.seen(40);
      const late = await follow(START, 64);
      const joined = await early.seen(90);
      const tail = await follow(joined[80]?.position as number, 3);
      const total = (await Promise.all(writing)).reduce((sum, count) => sum + count, 0);

      await Promise.all([early.seen(total), late.seen(total), tail.seen(total - 81)]);
      const all = await allOf(bench.store.readAll(START));
      expect(idsOf(await early.stop())).toEqual(idsOf(all));
      expect(idsOf(await late.stop())).toEqual(idsOf(all));
      expect(idsOf(await tail.stop())).toEqual(idsOf(all.slice(81)));
    });

    test('a slow reader misses nothing', async () => {
      await bench.store.append(orderStream('1'), NO_STREAM, newEvents(200));
      const store = await open();
      const abort = new AbortController();
      const seen: string[] = [];
      let revision = NO_STREAM;
      for await (const batch of store.subscribe(START, { batchSize: 20, signal: abort.signal })) {
        seen.push(...idsOf(batch));
        if (revision < 9)
          revision = (await bench.store.append(orderStream('2'), revision, [newEvent()])).revision;
        if (seen.length === 210) abort.abort();
      }

      expect(seen).toEqual(idsOf(await allOf(bench.store.readAll(START))));
    });

    test('it ends when the signal aborts, while it waits and when it was aborted before', async () => {
      await bench.store.append(orderStream(), NO_STREAM, newEvents(3));
      const waiting = await follow(START);
      await waiting.seen(3);
      await waiting.stop();

      const store = await open();
      expect(await allOf(store.subscribe(START, { signal: AbortSignal.abort() }))).toEqual([]);
      await bench.store.append(orderStream(), 2, [newEvent()]);
      expect(waiting.events).toHaveLength(3);
    });
  });

  test('closing a store ends those who follow through it', async () => {
    const store = await bench.openReader();
    const follower = new Follower(store, START);
    await bench.store.append(orderStream(), NO_STREAM, [newEvent()]);
    await follower.seen(1);
    await store.close();

    await expect(follower.ended).resolves.toBeUndefined();
  });
}
