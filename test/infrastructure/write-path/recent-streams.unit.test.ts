import fc from 'fast-check';
import { RecentStreams } from '../../../src/infrastructure/write-path/recent-streams.js';

const MOST = 4;
const idle = { isIdle: true };

describe('the streams that were used last', () => {
  test('as many as a generation holds are surely remembered, and twice as many at most', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 100 }), (uses) => {
        const recent = new RecentStreams<typeof idle>(MOST);
        uses.forEach((stream, index) => {
          if (recent.get(`s-${stream}`) === undefined) recent.set(`s-${stream}`, idle);
          const last = lastDistinct(uses.slice(0, index + 1));
          for (const used of last) expect(recent.get(`s-${used}`)).toBe(idle);
          expect(recent.size).toBeLessThanOrEqual(2 * MOST);
        });
      }),
    );
  });

  test('one that somebody waits for is never forgotten', () => {
    const recent = new RecentStreams<{ readonly isIdle: boolean }>(MOST);
    const busy = { isIdle: false };
    recent.set('busy', busy);
    for (let index = 0; index < 10 * MOST; index += 1) recent.set(`s-${index}`, idle);

    expect(recent.get('busy')).toBe(busy);
    expect(recent.get('s-0')).toBeUndefined();
  });

  test('however many somebody waits for, all are remembered, and are looked over once in so many uses', () => {
    const recent = new RecentStreams<{ readonly isIdle: boolean }>(MOST);
    let looks = 0;
    const busy = {
      get isIdle() {
        looks += 1;
        return false;
      },
    };
    const many = 50 * MOST;
    for (let index = 0; index < many; index += 1) recent.set(`s-${index}`, busy);

    for (let index = 0; index < many; index += 1) expect(recent.get(`s-${index}`)).toBe(busy);
    expect(looks).toBeLessThanOrEqual((many / MOST) * many);
  });
});

/** The streams used last, as many as a generation holds. */
function lastDistinct(uses: readonly number[]): readonly number[] {
  return [...new Set([...uses].reverse())].slice(0, MOST);
}
