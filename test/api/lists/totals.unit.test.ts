import fc from 'fast-check';
import { Totals } from '../../../src/api/lists/totals.js';

describe('totals', () => {
  it('are exact, each currency by itself, also beyond what a number can hold', () => {
    const amount = fc.record({
      micros: fc.bigInt({ min: 0n, max: 10n ** 21n }),
      currency: fc.constantFrom('CNY', 'USD', 'EUR'),
    });
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        const totals = new Totals();
        for (const { micros, currency } of amounts) totals.add({ amount: written(micros), currency });
        const expected = [...new Set(amounts.map(({ currency }) => currency))].sort().map((currency) => {
          const own = amounts.filter((each) => each.currency === currency);
          return {
            rows: own.length,
            amount: written(own.reduce((sum, { micros }) => sum + micros, 0n)),
            currency,
          };
        });
        expect(totals.list()).toEqual(expected);
      }),
    );
  });
});

function written(micros: bigint): string {
  const digits = micros.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
