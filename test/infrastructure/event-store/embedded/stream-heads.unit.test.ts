import * as fc from 'fast-check';
import { StreamHeads } from '../../../../src/infrastructure/event-store/embedded/stream-heads.js';

describe('the heads of the streams used of late', () => {
  test('are right or unknown, and never more than the capacity', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom('set', 'get', 'forget'), fc.integer({ min: 0, max: 12 })),
    );
    fc.assert(
      fc.property(steps, (list) => {
        const heads = new StreamHeads(8);
        const model = new Map<string, number>();
        for (const [index, [step, number]] of list.entries()) {
          const stream = `s${number}`;
          if (step === 'set') model.set(stream, index);
          if (step === 'set') heads.set(stream, index);
          if (step === 'forget') model.delete(stream);
          if (step === 'forget') heads.forget(stream);
          expect([undefined, model.get(stream)]).toContain(heads.get(stream));
          expect(heads.size).toBeLessThanOrEqual(8);
        }
      }),
    );
  });

  test('of a stream that is used again and again is kept while others come and go', () => {
    const heads = new StreamHeads(8);
    heads.set('hot', 7);
    for (let index = 0; index < 100; index += 1) {
      heads.set(`cold${index}`, index);
      expect(heads.get('hot')).toBe(7);
      expect(heads.size).toBeLessThanOrEqual(8);
    }
  });
});
