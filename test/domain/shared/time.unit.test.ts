import fc from 'fast-check';
import {
  businessDayOf,
  expiryOfDay,
  formatInstant,
  instantOf,
  parseInstant,
} from '../../../src/domain/shared/time.js';

const microsOf = (isoUtc: string): number => Date.parse(isoUtc) * 1000;

describe('a time of RFC 3339', () => {
  it.each([
    ['2026-09-01T08:00:00+08:00', '2026-09-01T00:00:00Z'],
    ['2026-09-01T00:00:00Z', '2026-09-01T00:00:00Z'],
    ['2026-09-01t00:00:00z', '2026-09-01T00:00:00Z'],
    ['2026-08-31T23:30:00-00:30', '2026-09-01T00:00:00Z'],
    ['2026-09-01T23:59:00+23:59', '2026-09-01T00:00:00Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
  ])('%s is that moment', (text, utc) => expect(parseInstant(text)).toBe(microsOf(utc)));

  it('is exact to the microsecond and drops what is finer', () => {
    const second = microsOf('2026-09-01T00:00:00Z');
    expect(parseInstant('2026-09-01T00:00:00.5Z')).toBe(second + 500_000);
    expect(parseInstant('2026-09-01T00:00:00.000001Z')).toBe(second + 1);
    expect(parseInstant('2026-09-01T00:00:00.0000019999Z')).toBe(second + 1);
  });

  it.each([
    '2026-09-01T08:00:00',
    '2026-09-01 08:00:00Z',
    '2026-09-01',
    '2026-9-1T08:00:00Z',
    '2025-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-09-01T24:00:00Z',
    '2026-09-01T00:60:00Z',
    '2026-09-01T00:00:60Z',
    '2026-09-01T00:00:00.Z',
    '2026-09-01T00:00:00+0800',
    '2026-09-01T00:00:00+24:00',
    '2026-09-01T00:00:00+08:60',
    ' 2026-09-01T00:00:00Z',
    '2026-09-01T00:00:00Z\n',
    '+002026-09-01T00:00:00Z',
    '',
  ])('is not %p', (text) => {
    expect(parseInstant(text)).toBeUndefined();
    expect(() => instantOf(text)).toThrow(RangeError);
  });

  it.each([null, undefined, 0, 1_788_000_000_000, {}])('is not %p', (value) => {
    expect(parseInstant(value)).toBeUndefined();
  });

  it('is the same moment after being written and read', () => {
    const micros = fc.integer({
      min: microsOf('1970-01-01T00:00:00Z'),
      max: microsOf('2255-01-01T00:00:00Z'),
    });
    fc.assert(fc.property(micros, (instant) => expect(instantOf(formatInstant(instant))).toBe(instant)));
  });

  it('is written in UTC with milliseconds, or microseconds where it has them', () => {
    expect(formatInstant(instantOf('2026-09-01T08:00:00+08:00'))).toBe('2026-09-01T00:00:00.000Z');
    expect(formatInstant(instantOf('2026-09-01T08:00:00.000007+08:00'))).toBe('2026-09-01T00:00:00.000007Z');
    expect(formatInstant(-1)).toBe('1969-12-31T23:59:59.999999Z');
  });
});

describe('a key that is good through its day', () => {
  it.each([
    ['2026-09-30', '2026-10-01T00:00:00+08:00'],
    ['2026-12-31', '2027-01-01T00:00:00+08:00'],
    ['2024-02-28', '2024-02-29T00:00:00+08:00'],
    ['2024-02-29', '2024-03-01T00:00:00+08:00'],
    ['2025-02-28', '2025-03-01T00:00:00+08:00'],
  ])('%s expires at %s', (day, expiry) => expect(expiryOfDay(day)).toBe(instantOf(expiry)));

  it.each([
    '2025-02-29',
    '2026-09-31',
    '2026-9-30',
    '2026-09-30T00:00:00Z',
    '20260930',
    '2026/09/30',
    '',
    ' 2026-09-30',
  ])('has no day such as %p', (day) => expect(expiryOfDay(day)).toBeUndefined());

  it('is good for the whole of that business day and not a microsecond longer', () => {
    const day = fc
      .integer({ min: 0, max: 100_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, (lastGoodDay) => {
        const expiry = expiryOfDay(lastGoodDay) as number;
        expect(businessDayOf(expiry - 1)).toBe(lastGoodDay);
        expect(businessDayOf(expiry) > lastGoodDay).toBe(true);
      }),
    );
  });

  it('counts its business day at +08:00', () => {
    expect(businessDayOf(instantOf('2026-08-31T16:00:00Z'))).toBe('2026-09-01');
    expect(businessDayOf(instantOf('2026-08-31T15:59:59.999999Z'))).toBe('2026-08-31');
  });
});
