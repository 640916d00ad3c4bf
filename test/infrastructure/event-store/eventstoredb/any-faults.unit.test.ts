import * as fc from 'fast-check';
import type { StreamName } from '../../../../src/domain/shared/identifiers.js';
import { NO_STREAM, StoreUnavailable } from '../../../../src/infrastructure/event-store/event-store.js';
import type { EventStoreDbEventStore } from '../../../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { allOf, Follower, idsOf, newEvents } from '../../../support/event-store-events.js';
import { DoubleBench } from '../../../support/eventstoredb/double-bench.js';
import type { AppendFault, ReadFault } from '../../../support/eventstoredb/faults.js';

const WRITERS = 3;

describe('whatever goes wrong, and in whatever order', () => {
  const bench = new DoubleBench();
  beforeEach(() => bench.setUp());
  afterEach(() => bench.tearDown());

  const appendFault = fc.constantFrom<AppendFault>(
    'none',
    'silent before',
    'silent after',
    'late',
    'twice',
    'structured id',
    'end before',
    'end after',
    'cut before',
    'cut after',
    'timeout before',
    'timeout after',
    'not ready',
    'no position',
  );
  const readFault = fc.record<ReadFault>({
    kind: fc.constantFrom('none', 'end', 'unavailable', 'cut', 'caughtUp again and again'),
    afterMessages: fc.nat(4),
  });

  test('what is acknowledged stands once, in order, and every follower sees just that', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(appendFault, { maxLength: 12 }),
        fc.array(readFault, { maxLength: 6 }),
        async (appendFaults, readFaults) => {
          run += 1;
          const store = bench.open({ appendTimeoutMs: 100, silenceTimeoutMs: 200 });
          const after = await store.head();
          bench.double.appendFaults.next(...appendFaults);
          bench.double.readFaults.next(...readFaults);
          const follower = new Follower(store, after);
          const streams = Array.from({ length: WRITERS }, (_, writer) => bench.order(`${run}/${writer}`));

          const acknowledged = await Promise.all(streams.map((stream) => writeAll(store, stream)));
          bench.double.lateAnswers.splice(0).forEach((answer) => answer());

          streams.forEach((stream, writer) => expect(bench.keptIds(stream)).toEqual(acknowledged[writer]));
          const seen = await follower.seen(acknowledged.flat().length);
          bench.double.readFaults.clear();
          bench.double.appendFaults.clear();
          expect(idsOf(seen)).toEqual(idsOf(await allOf(store.readAll(after))));
          await follower.stop();
          await store.close();
        },
      ),
      { numRuns: 12 },
    );
  });
});

/** As a caller does: the same events at the same revision until the store answers. */
async function writeAll(store: EventStoreDbEventStore, stream: StreamName): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  for (let revision = NO_STREAM; revision < 5;) {
    const events = newEvents(2);
    const appended = await store.append(stream, revision, events).catch((error: unknown) => {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    });
    const answer = appended ?? (await store.append(stream, revision, events));
    revision = answer.revision;
    acknowledged.push(...idsOf(events));
  }
  return acknowledged;
}
