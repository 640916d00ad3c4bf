import fc from 'fast-check';
import { LineSplitter, type Line } from '../../../src/domain/key-file/lines.js';
import { told } from './reading.js';

const SECRET_ONLY = { columns: ['secret'] };

function split(pieces: readonly string[], firstLengthMax = 100, lengthMax = 100): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter(firstLengthMax, lengthMax);
  for (const piece of pieces) splitter.write(piece, (line) => lines.push(line));
  splitter.end((line) => lines.push(line));
  return lines;
}

describe('the lines of a key file', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['\r\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\r\n\nb\n', ['a', '', 'b']],
    ['a\rb\n', ['a\rb']],
    ['a\r\r\nb', ['a\r', 'b']],
    ['a\r', ['a\r']],
    ['\r', ['\r']],
    ['a\u2028b\u2029c\u0085d\u000Be\u000Cf\n', ['a\u2028b\u2029c\u0085d\u000Be\u000Cf']],
  ])('of %j are %j', (text, lines) => {
    expect(split([text])).toEqual(lines);
    expect(split([...text])).toEqual(lines);
  });

  it('take a CR that ends no line for a control character', () => {
    expect(told('sec\rret\nsecret\r\r\nsecret\r', SECRET_ONLY)).toEqual(Array(3).fill('forbidden_character'));
    expect(told('\r', SECRET_ONLY)).toEqual(['forbidden_character']);
  });

  it('take U+2028, U+2029 and U+0085 for ordinary characters', () => {
    expect(told('a\u2028b\na\u2029b\na\u0085b', SECRET_ONLY)).toEqual([
      '-|a\u2028b|-',
      '-|a\u2029b|-',
      '-|a\u0085b|-',
    ]);
  });

  it('are the same however the text is cut, overlong ones too', () => {
    const text = fc.array(fc.constantFrom('a', ' ', '\t', '\r', '\n', '\r\n', 'bcd', '     '), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 6 }), { maxLength: 12 }), (parts, cuts) => {
        const whole = parts.join('');
        const pieces: string[] = [];
        let at = 0;
        for (const cut of cuts) pieces.push(whole.slice(at, (at += cut)));
        pieces.push(whole.slice(at));
        const shown = (lines: Line[]): unknown => lines.map((line) => classOf(line, 6));
        expect(shown(split(pieces, 6, 6))).toEqual(modelLines(whole).map((line) => classOf(line, 6)));
      }),
      { numRuns: 1000 },
    );
  });

  it('are not blank when a CR stands inside, even where an overlong one was cut before and after it', () => {
    expect(split(['        ', '\r', ' ', '\n'], 3, 3)).toEqual([{ blank: false }]);
    expect(split(['        ', '\r', '\n'], 3, 3)).toEqual([{ blank: true }]);
  });

  it('hold no more of an overlong line than its bound, whatever its length', () => {
    const splitter = new LineSplitter(100, 100);
    const lines: Line[] = [];
    for (let piece = 0; piece < 10_000; piece += 1)
      splitter.write('x'.repeat(1000), (line) => lines.push(line));
    expect(JSON.stringify(splitter).length).toBeLessThan(2000);
    splitter.write('\n \t\n', (line) => lines.push(line));
    expect(lines).toEqual([{ blank: false }, ' \t']);
  });
});

function modelLines(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop();
  return [...lines.map((line) => line.replace(/\r$/, '')), ...(last === '' ? [] : [last as string])];
}

/** An overlong line may be kept or not; what counts is whether it is blank. */
function classOf(line: Line, lengthMax: number): unknown {
  if (typeof line !== 'string') return line;
  return line.length > lengthMax ? { blank: /^[ \t]*$/.test(line) } : line;
}
