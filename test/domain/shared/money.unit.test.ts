import fc from 'fast-check';
import { formatAmount, parseAmount, readAmount } from '../../../src/domain/shared/money.js';

describe('an amount as it comes', () => {
  it.each([
    ['0', 0n],
    ['1', 1_000_000n],
    ['0.000001', 1n],
    ['007.5', 7_500_000n],
    ['999999999999.999999', 999_999_999_999_999_999n],
  ])('%p is read exactly', (text, micros) => expect(parseAmount(text)).toBe(micros));

  it.each([
    '',
    '-1',
    '+1',
    '1e3',
    '.5',
    '1.',
    '1.0000001',
    '1000000000000',
    '1,000',
    ' 1',
    '1\n',
    '１',
    '0x1',
    'NaN',
  ])('%p is no amount', (text) => expect(parseAmount(text)).toBeUndefined());

  it.each([1, 1.5, null, undefined, 5n, ['1'], { amount: '1' }])(
    '%p is no amount, for it is no text',
    (value) => {
      expect(parseAmount(value)).toBeUndefined();
    },
  );
});

describe('an amount as it is written', () => {
  it('has six decimals and a leading minus where it is negative', () => {
    expect(formatAmount(1n)).toBe('0.000001');
    expect(formatAmount(-1n)).toBe('-0.000001');
    expect(formatAmount(0n)).toBe('0.000000');
    expect(formatAmount(-12_500_000n)).toBe('-12.500000');
  });

  it('is read again as what it was, however large', () => {
    fc.assert(fc.property(fc.bigInt(), (micros) => expect(readAmount(formatAmount(micros))).toBe(micros)));
  });

  it('is read by the rules of input as well, within their bounds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), (micros) => {
        expect(parseAmount(formatAmount(micros))).toBe(micros);
      }),
    );
  });

  it.each(['1', '1.5', '--1.000000', '1.0000000', ''])('is never %p', (text) => {
    expect(() => readAmount(text)).toThrow(RangeError);
  });
});
