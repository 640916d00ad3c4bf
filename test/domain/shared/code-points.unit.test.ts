import fc from 'fast-check';
import { compareCodePoints } from '../../../src/domain/shared/code-points.js';

const codePointsOf = (text: string): number[] =>
  [...text].map((character) => character.codePointAt(0) as number);

function compareLists(left: readonly number[], right: readonly number[]): number {
  for (const [index, point] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (point !== other) return point - other;
  }
  return left.length - right.length;
}

describe('code-point order', () => {
  it('puts U+E000 to U+FFFF before what lies beyond, where UTF-16 does not', () => {
    expect('\uFF21' < '\u{1F511}').toBe(false);
    expect(compareCodePoints('\uFF21', '\u{1F511}')).toBeLessThan(0);
    expect(compareCodePoints('A\uE000', 'A\u{10000}')).toBeLessThan(0);
  });

  it('puts a text before its continuations, and capitals before small letters', () => {
    expect(['b', 'ab', 'a', 'B', ''].sort(compareCodePoints)).toEqual(['', 'B', 'a', 'ab', 'b']);
  });

  it('agrees with comparing lists of code points, lone surrogates included', () => {
    const unit = fc.constantFrom(
      'a',
      'b',
      '源',
      '\uE000',
      '\uFFFF',
      '\u{10000}',
      '\u{1F511}',
      '\uD83D',
      '\uDD11',
      '\uD800',
    );
    const text = fc.oneof(fc.string({ unit, maxLength: 6 }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, text, (left, right) => {
        const expected = Math.sign(compareLists(codePointsOf(left), codePointsOf(right)));
        expect(Math.sign(compareCodePoints(left, right))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
