import fc from 'fast-check';
import { readCsv } from '../../src/infrastructure/pack/csv.js';
import { UnreadablePack } from '../../src/infrastructure/pack/unreadable-pack.js';

function rows(text: string, columns: readonly string[] = ['a', 'b']): [number, string[]][] {
  return readCsv(text, 'x.csv', columns).map(({ line, cells }) => [
    line,
    columns.map((name) => cells.get(name) ?? ''),
  ]);
}

describe('a table of master data', () => {
  it('is read by its header, whatever the order of columns and whatever others there are', () => {
    expect(rows('b,more,a\n2,x,1\n')).toEqual([[2, ['1', '2']]]);
  });

  it('ends its lines in LF or CRLF, the last one or not', () => {
    expect(rows('a,b\r\n1,2\n3,4')).toEqual([
      [2, ['1', '2']],
      [3, ['3', '4']],
    ]);
  });

  it('takes separators, marks and line ends in quotation marks as part of a cell, and counts their lines', () => {
    expect(rows('a,b\n"x,y","say ""hi"""\n"two\r\nlines",\nlast,1\n')).toEqual([
      [2, ['x,y', 'say "hi"']],
      [3, ['two\r\nlines', '']],
      [5, ['last', '1']],
    ]);
  });

  it('passes over a line with nothing on it', () => {
    expect(rows('a,b\n\n1,2\n\n')).toEqual([[3, ['1', '2']]]);
  });

  it.each([
    ['no header', '', 1],
    ['a column that is missing', 'a\n1\n', 1],
    ['a column that is there twice', 'a,b,a\n1,2,3\n', 1],
    ['a cell too few', 'a,b\n1,2\n3\n', 3],
    ['a cell too many', 'a,b\n1,2,3\n', 2],
    ['a mark within a plain cell', 'a,b\n1,2"\n', 2],
    ['text after a closing mark', 'a,b\n"1"x,2\n', 2],
    ['a mark that is never closed', 'a,b\n1,2\n"3,4\n', 3],
    ['a carriage return by itself', 'a,b\n1\r,2\n', 2],
  ])('stops the load at %s, with its line', (_, text, line) => {
    expect(() => rows(text)).toThrow(
      expect.objectContaining({ name: 'UnreadablePack', file: 'x.csv', line }) as Error,
    );
  });

  it('reads back whatever was written by the rules', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '卡', ',', '"', '\n', '\r\n', ' ', '😀') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), (table) => {
        const text = table
          .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
          .join('\r\n');
        expect(rows(`a,b\r\n${text}`).map(([, cells]) => cells)).toEqual(table);
      }),
    );
  });

  it('names the file and the line in its message', () => {
    expect(() => rows('a,b\n1\n')).toThrow(
      new UnreadablePack('x.csv', 2, 'has 1 cells where the header has 2'),
    );
  });
});
