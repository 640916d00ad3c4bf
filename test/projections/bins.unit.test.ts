import * as fc from 'fast-check';
import { BINS_PER_SERIAL, binOf, binsOf } from '../../src/projections/traceability/bins.js';

const serials = fc.oneof(
  fc.integer({ min: 1, max: 2000 }),
  fc.integer({ min: 1, max: 2_000_000 }),
  fc.maxSafeNat().map((n) => (n % 10 ** 15) + 1),
);

describe('bins of serials', () => {
  it('a range is filed under a bin that every one of its serials looks in', () => {
    fc.assert(
      fc.property(
        serials,
        fc.nat(2_000_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (first, length, share) => {
          const serial = first + Math.floor(length * share);
          expect(binsOf(serial)).toContain(binOf(first, first + length));
          expect(binsOf(serial)).toHaveLength(BINS_PER_SERIAL);
        },
      ),
    );
  });

  it('few ranges share a bin, however many a lot has: those of one width that meet nowhere', () => {
    const bins = new Map<number, number>();
    for (let first = 1; first < 1_000_000; first += 3) {
      const bin = binOf(first, first + 2);
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
    }
    expect(Math.max(...bins.values())).toBeLessThanOrEqual(64);
  });
});
