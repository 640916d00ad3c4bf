import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { coloursFor } from '../../src/cli/terminal/colours.js';
import { displayWidth, printable } from '../../src/cli/terminal/display-width.js';
import { Output } from '../../src/cli/terminal/output.js';
import { tableLines } from '../../src/cli/terminal/table.js';

describe('how wide a text is on a terminal', () => {
  it.each([
    ['abc', 3],
    ['卡密', 4],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['𠮷', 2],
    ['😀', 2],
    ['é', 1],
    ['e\u0301', 1],
    ['a\u200bb', 2],
    ['¥100', 4],
    ['', 0],
  ])('%p takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it('lets nothing from the ledger move the cursor or turn the line around', () => {
    expect(printable('a\u001b[2Jb\nc\u202ed\u007f')).toBe('a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFD');
  });
});

describe('a table', () => {
  it('aligns what is below one another, numbers to the right', () => {
    const columns = [
      { title: 'name', of: ([name]: readonly [string, number | null]) => name },
      { title: 'units', of: ([, units]: readonly [string, number | null]) => units, align: 'right' as const },
    ];
    const rows = [
      ['电台会员', 7],
      ['x', null],
    ] as const;
    expect(tableLines(columns, rows)).toEqual([
      'name      units',
      '────────  ─────',
      '电台会员      7',
      'x             –',
    ]);
  });

  it('gives every line of full cells the same width', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '卡', '😀', 'é', 'Ｚ'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const right = {
          title: 'right',
          of: ([, text]: readonly [string, string]) => text,
          align: 'right' as const,
        };
        const lines = tableLines(
          [{ title: 'left', of: ([text]: readonly [string, string]) => text }, right],
          rows,
        );
        expect(new Set(lines.map(displayWidth)).size).toBe(1);
      }),
    );
  });
});

describe('colours', () => {
  it('are only for terminals, and never where NO_COLOR says so', () => {
    expect(coloursFor(true, {}).bold('x')).toBe('\u001b[1mx\u001b[22m');
    expect(coloursFor(true, { NO_COLOR: '' }).bold('x')).toBe('\u001b[1mx\u001b[22m');
    expect(coloursFor(true, { NO_COLOR: '1' }).bold('x')).toBe('x');
    expect(coloursFor(false, {}).bold('x')).toBe('x');
  });
});

describe('progress', () => {
  function outputOn(isTerminal: boolean): { output: Output; said: () => string } {
    const stream = (): NodeJS.WriteStream =>
      Object.assign(new PassThrough(), { isTTY: isTerminal }) as unknown as NodeJS.WriteStream;
    const stderr = stream();
    return { output: new Output(stream(), stderr, {}), said: () => String(stderr.read() ?? '') };
  }

  it('is shown on a terminal and nowhere else', () => {
    const terminal = outputOn(true);
    terminal.output.progress('line 5', 50, 100);
    expect(terminal.said()).toContain('50 %');
    const file = outputOn(false);
    file.output.progress('line 5', 50, 100);
    expect(file.said()).toBe('');
  });

  it('is wiped away before a warning', () => {
    const { output, said } = outputOn(true);
    output.progress('line 5', 50, 100);
    output.warn('careful');
    expect(said()).toMatch(/\r\u001b\[2Kcareful\n$/);
  });
});
