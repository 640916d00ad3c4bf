import fc from 'fast-check';
import { orderRevisionOf, reservationIdOf } from '../../../src/domain/shared/attempt.js';
import { unreachable } from '../../../src/domain/shared/event.js';
import { unitCount } from '../../../src/domain/shared/units.js';

describe("a reservation's id", () => {
  it('names the revision that it is bound to, whatever its purpose is called', () => {
    const purpose = fc.array(fc.string({ unit: fc.constantFrom('A', '1', '~', '@', '%', '源', '\uD800') }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(purpose, fc.nat(), (parts, revision) => {
        expect(orderRevisionOf(reservationIdOf(parts, revision))).toBe(revision);
      }),
    );
  });

  it('keeps purposes apart that only differ in where their parts end', () => {
    expect(reservationIdOf(['A-1', '2'], 0)).not.toBe(reservationIdOf(['A', '1-2'], 0));
    expect(reservationIdOf(['A~1', '2'], 0)).not.toBe(reservationIdOf(['A', '1~2'], 0));
    expect(reservationIdOf(['A@1'], 2)).not.toBe(reservationIdOf(['A'], 12));
  });

  it('is not a text without a revision', () => {
    expect(() => orderRevisionOf('order~A~x')).toThrow(RangeError);
    expect(() => orderRevisionOf('order~A@')).toThrow(RangeError);
  });
});

describe('units', () => {
  it('are counted over their ranges', () => {
    expect(unitCount([])).toBe(0);
    expect(
      unitCount([
        { lotId: 'L', firstSerial: 1, count: 3 },
        { lotId: 'L', firstSerial: 9, count: 1 },
      ]),
    ).toBe(4);
  });
});

it('what no union foresees is said aloud', () => {
  expect(() => unreachable({ kind: 'surprise' } as never)).toThrow('surprise');
});
