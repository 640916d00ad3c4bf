import { streamName } from '../../src/domain/shared/identifiers.js';
import { NO_STREAM, START } from '../../src/infrastructure/event-store/event-store.js';
import { allOf, idsOf, newEvent, newEvents } from '../support/event-store-events.js';
import type { TestBench } from './event-store.js';

export function describeDestroying(bench: TestBench): void {
  const asideStream = (part: string) => streamName(bench.ledgerName, 'aside.key', part);
  const orderStream = () => streamName(bench.ledgerName, 'order', 'M-001', '1');

  describe('destroying an aside stream', () => {
    test('it is empty, and every other event stays where it was', async () => {
      await bench.store.append(orderStream(), NO_STREAM, newEvents(2));
      await bench.store.append(asideStream('1'), NO_STREAM, newEvents(3));
      await bench.store.append(asideStream('2'), NO_STREAM, newEvents(2));
      await bench.store.append(orderStream(), 1, newEvents(2));
      const others = (await allOf(bench.store.readAll(START))).filter(
        ({ stream }) => stream !== asideStream('1'),
      );

      await bench.store.destroy(asideStream('1'));

      expect(await allOf(bench.store.readStream(asideStream('1')))).toEqual([]);
      const left = (await allOf(bench.store.readAll(START))).filter(
        ({ stream }) => stream !== asideStream('1'),
      );
      expect(left).toEqual(others);
    });

    test('a new stream of its name holds only what is appended to it now', async () => {
      await bench.store.append(asideStream('1'), NO_STREAM, newEvents(3));
      await bench.store.destroy(asideStream('1'));
      const head = await bench.store.head();
      const again = newEvent();
      const { position } = await bench.store.append(asideStream('1'), NO_STREAM, [again]);

      expect(idsOf(await allOf(bench.store.readStream(asideStream('1'))))).toEqual([again.eventId]);
      expect(position).toBeGreaterThan(head);
      expect(idsOf(await allOf(bench.store.readAll(head)))).toEqual([again.eventId]);
    });

    test('one that is not there, or no more, is destroyed without complaint', async () => {
      await bench.store.append(asideStream('1'), NO_STREAM, [newEvent()]);
      await bench.store.destroy(asideStream('1'));
      await bench.store.destroy(asideStream('1'));
      await bench.store.destroy(asideStream('2'));

      expect(await allOf(bench.store.readStream(asideStream('1')))).toEqual([]);
    });

    test("a stream of the ledger's sequence is never destroyed", async () => {
      const events = newEvents(2);
      await bench.store.append(orderStream(), NO_STREAM, events);

      await expect(bench.store.destroy(orderStream())).rejects.toBeInstanceOf(RangeError);
      expect(idsOf(await allOf(bench.store.readStream(orderStream())))).toEqual(idsOf(events));
    });
  });
}
