import * as fc from 'fast-check';
import { encodePart, isInSequence, streamName } from '../../src/domain/shared/identifiers.js';
import { formatAmount } from '../../src/domain/shared/money.js';
import { expiryOfDay, parseInstant } from '../../src/domain/shared/time.js';
import { Misfit } from '../../src/verifier/findings.js';
import { endOfDay, momentOf } from '../../src/verifier/history/moments.js';
import { moneyOf, writtenAmount } from '../../src/verifier/history/money.js';
import { SetOf128Bits } from '../../src/verifier/history/set-of-128-bits.js';
import { encodedPart, isInSequence as counts, StreamNames } from '../../src/verifier/source/stream-names.js';

const anyText = fc.string({ unit: 'binary' });
const halves = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

/** The verifier reads with code of its own; these say that it reads the same. */
describe('what the verifier reads as the service writes it', () => {
  it('ids in stream names', () => {
    fc.assert(fc.property(fc.oneof(anyText, halves), (id) => encodedPart(id) === encodePart(id)));
    fc.assert(
      fc.property(anyText, anyText, anyText, (ledger, merchant, order) => {
        const name = new StreamNames(encodedPart(ledger)).of('order', merchant, order);
        return name === streamName(ledger, 'order', merchant, order) && counts(name) === isInSequence(name);
      }),
    );
    expect(counts('main.aside.checkpoints')).toBe(false);
    expect(counts('main.asides')).toBe(true);
  });

  it('times', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
    const day = fc.tuple(fc.integer({ min: 1, max: 9999 }), two(13), two(32));
    fc.assert(
      fc.property(
        day,
        two(25),
        two(61),
        fc.constantFrom('', '.5', '.123456789'),
        fc.constantFrom('Z', '+08:00', '-23:59', '+24:00', ''),
        (date, hour, minute, fraction, zone) => {
          const text = `${String(date[0]).padStart(4, '0')}-${date[1]}-${date[2]}`;
          const time = `${text}T${hour}:${minute}:00${fraction}${zone}`;
          return momentOf(time) === parseInstant(time) && endOfDay(text) === expiryOfDay(text);
        },
      ),
    );
    for (const text of ['2026-02-30', '2024-02-29', '2026-2-1', 'never'])
      expect(endOfDay(text)).toBe(expiryOfDay(text));
  });

  it('amounts, and nothing that is none', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (micros) => {
        const amount = formatAmount(micros);
        expect(moneyOf({ cost: { amount, currency: 'CNY' } }, 'cost')).toEqual({ micros, currency: 'CNY' });
        expect(writtenAmount(micros)).toBe(amount);
      }),
    );
    for (const amount of ['1', '1.5', '01.000000', '1.0000000', '1e3', ' 1.000000', '٣.000000'])
      expect(() => moneyOf({ cost: { amount, currency: 'CNY' } }, 'cost')).toThrow(Misfit);
  });
});

describe('a set of 128 bits', () => {
  it('holds what a set of texts holds, zeroes too, through its growth', () => {
    const word = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, word, word), { maxLength: 300 }), (values) => {
        const [set, texts] = [new SetOf128Bits(), new Set<string>()];
        for (const value of values) {
          expect(set.add(...value)).toBe(!texts.has(value.join()));
          texts.add(value.join());
        }
        expect(set.size).toBe(texts.size);
      }),
    );
    const set = new SetOf128Bits();
    for (let round = 0; round < 2; round += 1) {
      for (let value = 0; value < 10_000; value += 1)
        expect(set.add(0, value, value * 3, 7)).toBe(round === 0);
    }
    expect(set.bytes).toBeLessThan(10_000 * 60);
  });
});
