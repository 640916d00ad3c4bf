import fc from 'fast-check';
import { APPEND_BYTES_MAX, type StoredEvent } from '../../../src/infrastructure/event-store/event-store.js';
import { eventRuns } from '../../../src/infrastructure/migration/event-runs.js';
import { newEventOfSize } from '../../support/event-store-events.js';

const KIB = 1024;
const RUN_BYTES_MAX = 512 * KIB;
const RUN_EVENTS_MAX = 512;

/** A log in which the streams take turns as told, some of its events large, read in batches of a size. */
function batchesOf(turns: readonly { stream: string; events: number; large: boolean }[], batchSize: number) {
  const log: StoredEvent[] = [];
  const revisions = new Map<string, number>();
  for (const { stream, events, large } of turns) {
    for (let index = 0; index < events; index += 1) {
      const revision = revisions.get(stream) ?? 0;
      revisions.set(stream, revision + 1);
      log.push({ ...newEventOfSize(large ? 100 * KIB : 100), stream, revision, position: log.length });
    }
  }
  async function* batches(): AsyncGenerator<readonly StoredEvent[]> {
    for (let from = 0; from < log.length; from += batchSize) yield log.slice(from, from + batchSize);
  }
  return { log, batches: batches() };
}

async function gathered(batches: AsyncIterable<readonly StoredEvent[]>) {
  const runs: (readonly StoredEvent[])[] = [];
  for await (const run of eventRuns(batches)) runs.push(run);
  return runs;
}

const sizeBytes = (events: readonly StoredEvent[]) =>
  events.reduce((sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata), 0);

describe('runs of one stream', () => {
  const turn = fc.record({
    stream: fc.constantFrom('main.a', 'main.b'),
    events: fc.integer({ min: 1, max: 12 }),
    large: fc.boolean(),
  });

  test('together they are the log, each is of one stream, within bounds, and as long as it can be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (turns, size) => {
          const { log, batches } = batchesOf(turns, size);
          const runs = await gathered(batches);

          expect(runs.flat()).toEqual(log);
          runs.forEach((run, index) => {
            expect(new Set(run.map(({ stream }) => stream)).size).toBe(1);
            expect(sizeBytes(run)).toBeLessThanOrEqual(RUN_BYTES_MAX);
            const next = runs[index + 1]?.[0];
            if (next === undefined || next.stream !== run[0]?.stream) return;
            expect(sizeBytes([...run, next])).toBeGreaterThan(RUN_BYTES_MAX);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('many small events of one stream go down in several appends', async () => {
    const { batches } = batchesOf(
      [{ stream: 'main.a', events: RUN_EVENTS_MAX * 2 + 1, large: false }],
      1_000,
    );

    expect((await gathered(batches)).map((run) => run.length)).toEqual([RUN_EVENTS_MAX, RUN_EVENTS_MAX, 1]);
  });

  test('an event as large as an append may be goes by itself', async () => {
    const event = { ...newEventOfSize(APPEND_BYTES_MAX), stream: 'main.a', position: 0 };
    async function* batches() {
      yield [0, 1].map((revision) => ({ ...event, revision }));
    }

    expect((await gathered(batches())).map((run) => run.length)).toEqual([1, 1]);
  });
});
