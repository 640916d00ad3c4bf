import fc from 'fast-check';
import { csvLine } from '../../../src/api/lists/csv.js';

/** Reads one record the plain way, character by character (RFC 4180). */
function readRecord(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < line.length - 2; index += 1) {
    const character = line[index] as string;
    if (quoted && character === '"' && line[index + 1] === '"') index += 1;
    else if (character === '"') {
      quoted = !quoted;
      continue;
    } else if (!quoted && character === ',') {
      cells.push(cell);
      cell = '';
      continue;
    }
    cell += character;
  }
  return [...cells, cell];
}

describe('a line of CSV', () => {
  it('reads back as the cells it was made of, whatever is in them', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '卡', ' ') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        fc.pre(!cells.some((text) => text.startsWith('\r')));
        expect(readRecord(csvLine(cells))).toEqual(cells);
      }),
    );
  });

  it('shows as text what a spreadsheet would run', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r']) {
      const [cell] = readRecord(csvLine([`${start}HYPERLINK("http://x","y")`]));
      expect(cell).toBe(`'${start}HYPERLINK("http://x","y")`);
    }
  });

  it('writes numbers as they are', () => {
    expect(csvLine([1, -2, 'x'])).toBe('1,-2,x\r\n');
  });
});
