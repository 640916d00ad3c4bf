import fc from 'fast-check';
import { load } from '../../../src/domain/load/decide.js';
import type { LineOutcome, LoadEvent } from '../../../src/domain/load/events.js';
import { given, Story } from '../../support/given-when-then.js';

const packDigest = 'c0ffee';
const at = '2026-09-10T12:00:00+08:00';
const line = (number: number, outcome: LineOutcome['outcome'] = 'done'): LineOutcome => ({
  line: number,
  op: 'issue',
  outcome,
  code: outcome === 'refused' ? 'shortage' : null,
  ids: outcome === 'refused' ? { merchantId: 'M-1', orderNo: `O-${number}` } : null,
});
const started: LoadEvent = {
  type: 'LoadStarted',
  schemaVersion: 1,
  payload: { packDigest, name: 'first-month' },
};
const recorded = (...outcomes: readonly LineOutcome[]): LoadEvent => ({
  type: 'OperationsRecorded',
  schemaVersion: 1,
  payload: { packDigest, outcomes, at },
});
const finished: LoadEvent = {
  type: 'LoadFinished',
  schemaVersion: 1,
  payload: { packDigest, lines: 3, done: 1, replayed: 1, refused: 1, at },
};
const record = (...outcomes: readonly LineOutcome[]) =>
  ({ kind: 'record', packDigest, outcomes, at }) as const;

describe("a pack's load", () => {
  it('starts once', () => {
    const start = { kind: 'start', packDigest, name: 'first-month' } as const;
    given(load).when(start).records(started);
    given(load, started).when(start).changesNothing();
  });

  it('records what became of each line', () => {
    given(load, started)
      .when(record(line(1), line(2, 'refused')))
      .records(recorded(line(1), line(2, 'refused')));
  });

  it('passes over lines that stand already, as an interrupted load begins with them again', () => {
    given(load, started, recorded(line(1), line(2)))
      .when(record(line(1), line(2), line(3)))
      .records(recorded(line(3)));
    given(load, started, recorded(line(1), line(2)))
      .when(record(line(2)))
      .changesNothing();
  });

  it('leaves no line out', () => {
    expect(() => given(load, started, recorded(line(1))).when(record(line(3)))).toThrow(RangeError);
  });

  it('ends with its sums, once', () => {
    const history = [started, recorded(line(1), line(2, 'replayed')), recorded(line(3, 'refused'))];
    given(load, ...history)
      .when({ kind: 'finish', packDigest })
      .records(finished);
    given(load, ...history, finished)
      .when({ kind: 'finish', packDigest })
      .changesNothing();
  });

  it('of an empty pack ends, too', () => {
    given(load, started)
      .when({ kind: 'finish', packDigest })
      .records({
        type: 'LoadFinished',
        schemaVersion: 1,
        payload: { packDigest, lines: 0, done: 0, replayed: 0, refused: 0, at: null },
      });
  });

  it('is idempotent by what stands, not by a command id', () =>
    expect(load.recall([started])).toBeUndefined());

  it('records every line once and in order, wherever it was interrupted', () => {
    const outcome = fc.constantFrom('done' as const, 'replayed' as const, 'refused' as const);
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), fc.array(fc.nat({ max: 30 })), (outcomes, stops) => {
        const lines = outcomes.map((kind, index) => line(index + 1, kind));
        const story = new Story(load);
        for (const stop of stops.sort((left, right) => left - right))
          story.tell(record(...lines.slice(0, stop)));
        story.tell(record(...lines));
        story.tell({ kind: 'finish', packDigest });
        const told = story.events.flatMap((event) =>
          event.type === 'OperationsRecorded' ? event.payload.outcomes : [],
        );
        expect(told).toEqual(lines);
        const sum = (kind: LineOutcome['outcome']): number => outcomes.filter((one) => one === kind).length;
        expect(story.events.at(-1)?.payload).toMatchObject({
          lines: lines.length,
          done: sum('done'),
          replayed: sum('replayed'),
          refused: sum('refused'),
        });
      }),
    );
  });
});
