import { streamName, type StreamName } from '../../src/domain/shared/identifiers.js';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  AppendTooLarge,
  NO_STREAM,
  START,
  StoreUnavailable,
  WrongExpectedRevision,
  type NewEvent,
} from '../../src/infrastructure/event-store/event-store.js';
import { allOf, idsOf, newEvent, newEventOfSize, newEvents } from '../support/event-store-events.js';
import type { TestBench } from './event-store.js';

export function describeAppending(bench: TestBench): void {
  const orderStream = (order = '1') => streamName(bench.ledgerName, 'order', 'M-001', order);
  const idsIn = async (stream: StreamName) => idsOf(await allOf(bench.store.readStream(stream)));

  describe('expecting a revision', () => {
    test('a new stream takes its first events from revision 0', async () => {
      const events = newEvents(2);
      const appended = await bench.store.append(orderStream(), NO_STREAM, events);

      expect(appended.revision).toBe(1);
      const stored = await allOf(bench.store.readStream(orderStream()));
      expect(stored.map(({ revision }) => revision)).toEqual([0, 1]);
      expect(stored.at(-1)?.position).toBe(appended.position);
    });

    test('a stream takes events at the revision where it stands', async () => {
      const [first, second] = [newEvent(), newEvent()];
      await bench.store.append(orderStream(), NO_STREAM, [first]);
      const appended = await bench.store.append(orderStream(), 0, [second]);

      expect(appended.revision).toBe(1);
      expect(await idsIn(orderStream())).toEqual(idsOf([first, second]));
    });

    test.each([
      ['no stream, where there is one', NO_STREAM],
      ['an earlier revision', 1],
      ['a later revision', 3],
    ])('%s is refused with where the stream stands, and nothing is written', async (_, expected) => {
      const events = newEvents(3);
      await bench.store.append(orderStream(), NO_STREAM, events);

      const refusal = bench.store.append(orderStream(), expected, [newEvent()]);

      await expect(refusal).rejects.toBeInstanceOf(WrongExpectedRevision);
      await expect(refusal).rejects.toMatchObject({ stream: orderStream(), expected, actual: 2 });
      expect(await idsIn(orderStream())).toEqual(idsOf(events));
    });

    test('a revision of a stream that is not there is refused', async () => {
      await expect(bench.store.append(orderStream(), 0, [newEvent()])).rejects.toBeInstanceOf(
        WrongExpectedRevision,
      );
      expect(await bench.store.head()).toBe(START);
    });

    test.each([-2, 0.5, Number.NaN])('%d is no revision that could be expected', async (expected) => {
      await expect(bench.store.append(orderStream(), expected, [newEvent()])).rejects.toBeInstanceOf(
        RangeError,
      );
    });

    test('of many who create one stream at once, exactly one wins', async () => {
      const rivals = newEvents(32).map((event) => [event, newEvent()]);
      const outcomes = await Promise.allSettled(
        rivals.map((events) => bench.store.append(orderStream(), NO_STREAM, events)),
      );

      const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongExpectedRevision);
      }
      expect(await idsIn(orderStream())).toEqual(idsOf(winners[0] as NewEvent[]));
    });

    test('a refused append leaves those that were made beside it', async () => {
      await bench.store.append(orderStream('1'), NO_STREAM, [newEvent()]);
      const [before, refused, after] = await Promise.allSettled([
        bench.store.append(orderStream('2'), NO_STREAM, newEvents(2)),
        bench.store.append(orderStream('1'), NO_STREAM, newEvents(2)),
        bench.store.append(orderStream('3'), NO_STREAM, newEvents(2)),
      ]);

      expect([before.status, refused.status, after.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await allOf(bench.store.readAll(START))).toHaveLength(5);
    });
  });

  describe('repeating an append', () => {
    test('the same events at the same revision get the first answer and are written once', async () => {
      const events = newEvents(3);
      const first = await bench.store.append(orderStream(), NO_STREAM, events);
      await bench.store.append(orderStream(), 2, newEvents(2));

      expect(await bench.store.append(orderStream(), NO_STREAM, events)).toEqual(first);
      expect(await allOf(bench.store.readAll(START))).toHaveLength(5);
    });

    test('the same answer is given after the store was closed and opened', async () => {
      const events = newEvents(2);
      const first = await bench.store.append(orderStream(), NO_STREAM, events);
      await bench.reopen();

      expect(await bench.store.append(orderStream(), NO_STREAM, events)).toEqual(first);
    });

    test('a repeat that overtakes the first answer is written once', async () => {
      const events = newEvents(2);
      const answers = await Promise.all([
        bench.store.append(orderStream(), NO_STREAM, events),
        bench.store.append(orderStream(), NO_STREAM, events),
      ]);

      expect(answers[1]).toEqual(answers[0]);
      expect(await idsIn(orderStream())).toEqual(idsOf(events));
    });

    test('a list that differs in its first, its last or one more event is refused', async () => {
      const [first, second] = [newEvent(), newEvent()];
      await bench.store.append(orderStream(), NO_STREAM, [first, second]);

      for (const list of [
        [newEvent(), second],
        [first, newEvent()],
        [second, first],
        [first, second, newEvent()],
      ]) {
        await expect(bench.store.append(orderStream(), NO_STREAM, list)).rejects.toBeInstanceOf(
          WrongExpectedRevision,
        );
      }
      expect(await idsIn(orderStream())).toEqual(idsOf([first, second]));
    });

    test('the same events at another revision than the first time are no repeat', async () => {
      const [first, second] = [newEvent(), newEvent()];
      await bench.store.append(orderStream(), NO_STREAM, [first, second]);

      await expect(bench.store.append(orderStream(), 0, [first])).rejects.toBeInstanceOf(
        WrongExpectedRevision,
      );
    });
  });

  describe('what an append may carry', () => {
    test('no events at all is refused', async () => {
      await expect(bench.store.append(orderStream(), NO_STREAM, [])).rejects.toBeInstanceOf(RangeError);
      expect(await bench.store.head()).toBe(START);
    });

    test('the largest size is taken, in one event and in many', async () => {
      await bench.store.append(orderStream('1'), NO_STREAM, [newEventOfSize(APPEND_BYTES_MAX)]);
      const parts = [newEventOfSize(APPEND_BYTES_MAX / 2), newEventOfSize(APPEND_BYTES_MAX / 2)];
      await bench.store.append(orderStream('2'), NO_STREAM, parts);

      const stored = await allOf(bench.store.readAll(START));
      expect(
        stored.map(({ data, metadata, type }) => data.length + metadata.length + 2 * type.length),
      ).toEqual([APPEND_BYTES_MAX, APPEND_BYTES_MAX / 2, APPEND_BYTES_MAX / 2]);
    });

    test.each([
      ['a payload of 2 MiB', () => [newEventOfSize(2 * 1024 * 1024)]],
      ['one byte too many', () => [newEventOfSize(APPEND_BYTES_MAX + 1)]],
      [
        'one byte too many in two events',
        () => [newEventOfSize(APPEND_BYTES_MAX / 2), newEventOfSize(APPEND_BYTES_MAX / 2 + 1)],
      ],
      [
        'too many bytes of UTF-8, though not of characters',
        () => [newEvent('汉'.repeat(APPEND_BYTES_MAX / 2))],
      ],
      ['one event too many', () => newEvents(APPEND_EVENTS_MAX + 1)],
    ])('%s is refused, and the store goes on', async (_, oversized) => {
      await expect(bench.store.append(orderStream(), NO_STREAM, oversized())).rejects.toBeInstanceOf(
        AppendTooLarge,
      );

      await bench.store.append(orderStream(), NO_STREAM, [newEvent()]);
      expect(await allOf(bench.store.readAll(START))).toHaveLength(1);
    });

    test('the most events that an append may carry stand together, in order', async () => {
      const events = newEvents(APPEND_EVENTS_MAX);
      const appended = await bench.store.append(orderStream(), NO_STREAM, events);

      expect(appended.revision).toBe(APPEND_EVENTS_MAX - 1);
      expect(await idsIn(orderStream())).toEqual(idsOf(events));
    });

    test.each([
      ['the empty name', () => ''],
      ["another ledger's name", () => streamName('elsewhere', 'order', '1')],
      ['a name of more than 2,000 characters', () => orderStream() + 'x'.repeat(2_000)],
      ['a name with NUL', () => `${orderStream()}\0`],
      ['a name with half a surrogate pair', () => `${orderStream()}\ud800`],
    ])('%s names no stream', async (_, name) => {
      const stream = name() as StreamName;
      await expect(bench.store.append(stream, NO_STREAM, [newEvent()])).rejects.toBeInstanceOf(RangeError);
      expect(await bench.store.head()).toBe(START);
    });

    test('what has no UUID is no event', async () => {
      const unnamed = { ...newEvent(), eventId: 'E-1' };
      await expect(bench.store.append(orderStream(), NO_STREAM, [unnamed])).rejects.toBeInstanceOf(
        RangeError,
      );
    });
  });

  test('a closed store takes no append, and what it took before is there', async () => {
    const events = newEvents(2);
    const underWay = bench.store.append(orderStream(), NO_STREAM, events);
    const closing = bench.store.close();
    await expect(bench.store.append(orderStream('2'), NO_STREAM, events)).rejects.toBeInstanceOf(
      StoreUnavailable,
    );
    await Promise.all([underWay, closing]);

    await bench.reopen();
    expect(await idsIn(orderStream())).toEqual(idsOf(events));
    expect(await allOf(bench.store.readAll(START))).toHaveLength(2);
  });
}
