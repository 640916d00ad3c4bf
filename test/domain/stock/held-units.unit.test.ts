import fc from 'fast-check';
import { putIn, takeOut, type HeldRun, type HeldRuns } from '../../../src/domain/stock/held-units.js';
import { heldRun } from '../../../src/domain/stock/state.js';
import { units } from './stock-facts.js';

const run = (firstSerial: number, count: number, pool = 'main', expiresOn?: string): HeldRun =>
  heldRun(units('LOT-1', firstSerial, count, expiresOn), pool);

describe('held units of a lot', () => {
  it('join with their neighbours of the same pool and expiry', () => {
    const runs: HeldRuns = [run(1, 2), run(4, 2)];
    putIn(runs, run(3, 1));
    expect(runs).toEqual([run(1, 5)]);
  });

  it('join with what follows them alone, too', () => {
    const runs: HeldRuns = [run(4, 2)];
    putIn(runs, run(3, 1));
    expect(runs).toEqual([run(3, 3)]);
  });

  it.each([
    ['pool', run(3, 1, 'platform')],
    ['expiry', run(3, 1, 'main', '2026-12-31')],
  ])('stay apart where their %s differs', (_, between) => {
    const runs: HeldRuns = [run(1, 2), run(4, 2)];
    putIn(runs, between);
    expect(runs).toEqual([run(1, 2), between, run(4, 2)]);
  });

  it('leave from the middle of a run', () => {
    const runs: HeldRuns = [run(1, 5)];
    expect(takeOut(runs, units('LOT-1', 2, 3))).toEqual(run(2, 3));
    expect(runs).toEqual([run(1, 1), run(5, 1)]);
  });

  it.each([
    ['are not there', units('LOT-1', 9, 1)],
    ['lie in two runs', units('LOT-1', 2, 2)],
    ['reach beyond the last', units('LOT-1', 4, 3)],
  ])('cannot leave where they %s', (_, range) => {
    const runs: HeldRuns = [run(1, 2), run(3, 3, 'platform')];
    expect(() => takeOut(runs, range)).toThrow(RangeError);
  });

  it('never change the run that was put in, which belongs to somebody else', () => {
    const lent = run(1, 2);
    const runs: HeldRuns = [];
    putIn(runs, lent);
    putIn(runs, run(3, 1));
    expect(lent).toEqual(run(1, 2));
    expect(runs).toEqual([run(1, 3)]);
  });

  it('are the same set of serials as in a plain array, in as few runs as there can be', () => {
    const move = fc.record({
      serial: fc.integer({ min: 1, max: 12 }),
      pool: fc.constantFrom('main', 'platform'),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        const runs: HeldRuns = [run(1, 12)];
        const pools = Array.from({ length: 12 }, () => 'main');
        for (const { serial, pool } of moves) {
          putIn(runs, { ...takeOut(runs, units('LOT-1', serial, 1)), pool });
          pools[serial - 1] = pool;
        }
        expect(runs.flatMap(({ pool, count }) => Array.from({ length: count }, () => pool))).toEqual(pools);
        expect(runs.every((held, index) => held.pool !== runs[index - 1]?.pool)).toBe(true);
      }),
    );
  });
});
