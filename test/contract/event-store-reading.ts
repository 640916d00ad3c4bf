import * as fc from 'fast-check';
import { streamName, type StreamName } from '../../src/domain/shared/identifiers.js';
import { NO_STREAM, START, type StoredEvent } from '../../src/infrastructure/event-store/event-store.js';
import { allOf, idsOf, newEvent, newEvents } from '../support/event-store-events.js';
import type { TestBench } from './event-store.js';

export function describeReading(bench: TestBench): void {
  const orderStream = (order = '1') => streamName(bench.ledgerName, 'order', 'M-001', order);

  describe('reading a stream', () => {
    test('a stream that is not there is empty', async () => {
      expect(await allOf(bench.store.readStream(orderStream()))).toEqual([]);
    });

    test('an acknowledged append is read at once, by its writer and by others', async () => {
      const reader = await bench.openReader();
      for (let revision = 0; revision < 20; revision += 1) {
        const event = newEvent({ revision });
        const { position } = await bench.store.append(orderStream(), revision - 1, [event]);
        const expected = { ...event, stream: orderStream(), revision, position };
        expect(await allOf(bench.store.readStream(orderStream(), { fromRevision: revision }))).toEqual([
          expected,
        ]);
        expect(await allOf(reader.readStream(orderStream(), { fromRevision: revision }))).toEqual([expected]);
      }
    });

    test('a stream of 1,001 events is read whole, from within and in part', async () => {
      const events = newEvents(1_001);
      await bench.store.append(orderStream(), NO_STREAM, events);
      const read = async (options: { fromRevision?: number; limit?: number }) =>
        idsOf(await allOf(bench.store.readStream(orderStream(), options)));

      expect(await read({})).toEqual(idsOf(events));
      expect(await read({ fromRevision: 1_000 })).toEqual(idsOf(events.slice(1_000)));
      expect(await read({ fromRevision: 1_001 })).toEqual([]);
      expect(await read({ fromRevision: 500, limit: 2 })).toEqual(idsOf(events.slice(500, 502)));
      expect(await read({ limit: 1_000 })).toEqual(idsOf(events.slice(0, 1_000)));
      expect(await read({ limit: 0 })).toEqual([]);
    });

    test('payloads and metadata come back as they were written', async () => {
      const texts = [
        '\u2028\u2029',
        '\ud800 alone',
        '卡密 🎴',
        '"\\/\b\f\n\r\t\0',
        'e\u0301 \u00e9',
        '-0 1e400',
        '{}',
        '',
      ];
      const events = texts.map((text) => ({
        ...newEvent({ text, [text]: [text] }),
        metadata: JSON.stringify({ schemaVersion: 1, actor: text }),
      }));
      await bench.store.append(orderStream(), NO_STREAM, events);

      expect(await allOf(bench.store.readStream(orderStream()))).toMatchObject(events);
    });

    test('spacing and numbers that JSON.parse would lose come back as they were written', async () => {
      const event = {
        ...newEvent(),
        data: '{ "amount" : 1.10, "big":9007199254740993 }',
        metadata: '{"schemaVersion": 1}',
      };
      await bench.store.append(orderStream(), NO_STREAM, [event]);

      expect(await allOf(bench.store.readStream(orderStream()))).toMatchObject([event]);
    });

    test('unusual names are names of streams of their own', async () => {
      const rests = [
        ' ',
        '/?#%',
        '汉字',
        'e\u0301',
        '\u00e9',
        '\t',
        'A',
        'a',
        '~',
        '-',
        "'; --",
        '🎴',
        'x'.repeat(1_500),
      ];
      const names = rests.map((rest) => `${orderStream()}${rest}` as StreamName);
      const events = newEvents(names.length);
      for (const [index, name] of names.entries()) {
        await bench.store.append(name, NO_STREAM, events.slice(index, index + 1));
      }

      for (const [index, name] of names.entries()) {
        expect(await allOf(bench.store.readStream(name))).toMatchObject([{ ...events[index], stream: name }]);
      }
    });
  });

  describe('reading the ledger', () => {
    test('a fresh ledger has no head and no events', async () => {
      expect(await bench.store.head()).toBe(START);
      expect(await allOf(bench.store.readAll(START))).toEqual([]);
    });

    test('events of all streams stand in one order, from every position on, in batches of every size', async () => {
      const positions: number[] = [];
      for (let order = 0; order < 12; order += 1) {
        const aside = streamName(bench.ledgerName, 'aside.key', String(order));
        const stream = order % 3 === 2 ? aside : orderStream(String(order % 2));
        const expected =
          order % 3 === 2 ? NO_STREAM : (await allOf(bench.store.readStream(stream))).length - 1;
        positions.push((await bench.store.append(stream, expected, [newEvent(order)])).position);
      }

      expect([...positions].sort((one, other) => one - other)).toEqual(positions);
      expect(await bench.store.head()).toBe(positions.at(-1));
      for (const [index, after] of [START, ...positions].entries()) {
        const read = await allOf(bench.store.readAll(after, { batchSize: 1 + (index % 5) }));
        expect(read.map(({ position }) => position)).toEqual(positions.slice(index));
      }
    });

    test('no batch is larger than asked for, and none is empty', async () => {
      await bench.store.append(orderStream(), NO_STREAM, newEvents(10));
      const sizes: number[] = [];
      for await (const batch of bench.store.readAll(START, { batchSize: 4 })) sizes.push(batch.length);

      expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(10);
    });

    test('a reading ends when its signal aborts', async () => {
      await bench.store.append(orderStream(), NO_STREAM, newEvents(10));
      const abort = new AbortController();
      const read: StoredEvent[] = [];
      for await (const batch of bench.store.readAll(START, { batchSize: 2, signal: abort.signal })) {
        read.push(...batch);
        abort.abort();
      }

      expect(read.length).toBeLessThan(10);
    });

    test('appends of many streams at once keep each stream in order and each append together', async () => {
      const appends = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 4 })), {
        minLength: 1,
        maxLength: 40,
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(appends, async (list) => {
          run += 1;
          const after = await bench.store.head();
          const writers = Array.from({ length: 6 }, (_, writer) =>
            list.filter(([target]) => target === writer),
          );
          await Promise.all(
            writers.map(async (own, writer) => {
              let revision = NO_STREAM;
              for (const [, count] of own) {
                const stream = orderStream(`${run}/${writer}`);
                revision = (await bench.store.append(stream, revision, newEvents(count, revision))).revision;
              }
            }),
          );

          const read = await allOf(bench.store.readAll(after));
          expect(read).toHaveLength(list.reduce((sum, [, count]) => sum + count, 0));
          expectAppendsTogether(read);
        }),
        { numRuns: 25 },
      );
    });
  });

  test('everything is there after the store was closed and opened', async () => {
    await bench.store.append(orderStream('1'), NO_STREAM, newEvents(3));
    await bench.store.append(orderStream('2'), NO_STREAM, newEvents(2));
    const before = await allOf(bench.store.readAll(START));
    await bench.reopen();

    expect(await allOf(bench.store.readAll(START))).toEqual(before);
    const { position } = await bench.store.append(orderStream('2'), 1, [newEvent()]);
    expect(position).toBeGreaterThan(before.at(-1)?.position as number);
    expect(await bench.store.head()).toBe(position);
  });
}

/** Each event's payload is the revision that its append expected: within a stream they ascend, and never interleave. */
function expectAppendsTogether(read: readonly StoredEvent[]): void {
  const revisions = new Map<string, number>();
  read.forEach((event, index) => {
    const previous = read[index - 1];
    if (previous !== undefined) expect(event.position).toBeGreaterThan(previous.position);
    expect(event.revision).toBe((revisions.get(event.stream) ?? NO_STREAM) + 1);
    revisions.set(event.stream, event.revision);
    const startsItsAppend = event.revision === Number(event.data) + 1;
    if (!startsItsAppend) expect([previous?.stream, previous?.data]).toEqual([event.stream, event.data]);
  });
}
