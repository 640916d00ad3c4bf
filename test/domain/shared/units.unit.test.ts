import fc from 'fast-check';
import {
  attemptOf,
  attemptOfReservation,
  orderRevisionOf,
  reservationIdOf,
} from '../../../src/domain/shared/attempt.js';
import { unreachable } from '../../../src/domain/shared/event.js';
import { unitCount } from '../../../src/domain/shared/units.js';

describe("a reservation's id", () => {
  const text = fc.string({ unit: fc.constantFrom('A', '1', '~', '@', '.', '%', '源', '\uD800') });

  it('names its attempt and the revision that this is bound to, whatever its purpose is called', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.nat(), fc.nat(), (purpose, revision, stockVersion) => {
        const attempt = attemptOf(purpose, revision);
        const reservationId = reservationIdOf(attempt, stockVersion);
        expect(attemptOfReservation(reservationId)).toBe(attempt);
        expect(orderRevisionOf(reservationId)).toBe(revision);
      }),
    );
  });

  it('keeps purposes apart that only differ in where their parts end', () => {
    expect(attemptOf(['A-1', '2'], 0)).not.toBe(attemptOf(['A', '1-2'], 0));
    expect(attemptOf(['A~1', '2'], 0)).not.toBe(attemptOf(['A', '1~2'], 0));
    expect(attemptOf(['A@1'], 2)).not.toBe(attemptOf(['A'], 12));
  });

  it('keeps reservations of one attempt apart', () => {
    const attempt = attemptOf(['M-1', 'O-1'], 0);
    expect(reservationIdOf(attempt, 1)).not.toBe(reservationIdOf(attempt, 2));
  });

  it.each(['M~O@x.1', 'M~O@.1', 'M~O@1', 'M~O.1', ''])('is not %p', (notAnId) => {
    expect(() => orderRevisionOf(notAnId)).toThrow(RangeError);
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
