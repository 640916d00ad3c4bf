import fc from 'fast-check';
import { RecentStreams } from '../../src/infrastructure/recent-streams.js';

const MOST = 4;
const idle = { isIdle: true };
const isBusy = ({ isIdle }: { readonly isIdle: boolean }): boolean => !isIdle;

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

  test('are known rightly or not at all', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom('set', 'get', 'forget'), fc.integer({ min: 0, max: 12 })),
    );
    fc.assert(
      fc.property(steps, (list) => {
        const recent = new RecentStreams<number>(MOST);
        const model = new Map<string, number>();
        for (const [index, [step, number]] of list.entries()) {
          const stream = `s-${number}`;
          if (step === 'set') model.set(stream, index);
          if (step === 'set') recent.set(stream, index);
          if (step === 'forget') model.delete(stream);
          if (step === 'forget') recent.forget(stream);
          expect([undefined, model.get(stream)]).toContain(recent.get(stream));
          expect(recent.size).toBeLessThanOrEqual(2 * MOST);
        }
      }),
    );
  });

  test('one that somebody waits for is never forgotten', () => {
    const recent = new RecentStreams(MOST, isBusy);
    const busy = { isIdle: false };
    recent.set('busy', busy);
    for (let index = 0; index < 10 * MOST; index += 1) recent.set(`s-${index}`, idle);

    expect(recent.get('busy')).toBe(busy);
    expect(recent.get('s-0')).toBeUndefined();
  });

  test('however many somebody waits for, all are remembered, and are looked over once in so many uses', () => {
    const recent = new RecentStreams(MOST, isBusy);
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
