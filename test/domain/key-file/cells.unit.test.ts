import fc from 'fast-check';
import { splitCells } from '../../../src/domain/key-file/cells.js';

describe('the cells of a line', () => {
  it.each([
    ['a,b', ',', ['a', 'b']],
    [' a\t, \tb ', ',', ['a', 'b']],
    ['a,,b,', ',', ['a', '', 'b', '']],
    ['a----b', '----', ['a', 'b']],
    ['a-----b', '----', ['a', '-b']],
    ['a\t\tb', '\t', ['a', '', 'b']],
    ['\ta', '\t', ['', 'a']],
    ['a b', ' ', ['a', 'b']],
    ['a  b', ' ', ['a', '', 'b']],
    ['a | b', ' | ', ['a', 'b']],
    ['a|b', ' | ', ['a|b']],
    ['a.b', '.', ['a', 'b']],
    [' a,b ', '', ['a,b']],
    ['\u00A0a\u3000,\u2003b', ',', ['\u00A0a\u3000', '\u2003b']],
    ['"a","b', ',', ['"a"', '"b']],
    ['a"b"c', '"', ['a', 'b', 'c']],
    ['="1",2', ',', ['="1"', '2']],
  ])('of %j by %j are %j when quotation marks are ordinary', (line, separator, cells) => {
    expect(splitCells(line, separator, false)).toEqual(cells);
  });

  it.each([
    ['a,b', ',', ['a', 'b']],
    ['"a","b"', ',', ['a', 'b']],
    ['"a,1",b', ',', ['a,1', 'b']],
    [' \t"a" \t,\t"b"\t', ',', ['a', 'b']],
    ['"  a\t",b', ',', ['a', 'b']],
    ['"say ""hi""",b', ',', ['say "hi"', 'b']],
    ['"""",b', ',', ['"', 'b']],
    ['"",b', ',', ['', 'b']],
    ['="00123",b', ',', ['00123', 'b']],
    [' ="00,123" ,="b"', ',', ['00,123', 'b']],
    ['="a""b",c', ',', ['a"b', 'c']],
    ['a"b,c"', ',', ['a"b', 'c"']],
    ['a="b",c', ',', ['a="b"', 'c']],
    ['= "a",b', ',', ['= "a"', 'b']],
    ['=a,"b"', ',', ['=a', 'b']],
    ['"a",', ',', ['a', '']],
    [',"a"', ',', ['', 'a']],
    ['"a"\t"b"', '\t', ['a', 'b']],
    ['"a"\t\t"b\t"', '\t', ['a', '', 'b']],
    ['\t"b"', '\t', ['', 'b']],
    ['"a"\t \t"b"', '\t', ['a', '', 'b']],
    ['"a" | "b | c"', ' | ', ['a', 'b | c']],
    ['"a"----"b----c"', '----', ['a', 'b----c']],
    ['"a,b" ', '', ['a,b']],
    ['a,"b"', '', ['a,"b"']],
    ['\u00A0"a",b', ',', ['\u00A0"a"', 'b']],
  ])('of %j by %j are %j when cells may be quoted', (line, separator, cells) => {
    expect(splitCells(line, separator, true)).toEqual(cells);
  });

  it.each([
    ['"a', ','],
    ['"a,b', ','],
    ['"a""', ','],
    ['="a', ','],
    ['b,"', ','],
    ['"a"x,b', ','],
    ['"a" x,b', ','],
    ['"a"\u00A0,b', ','],
    ['"a""b"c,d', ','],
    ['"a" | "b"', '|  '],
    ['"a",b', ''],
    ['"a"\r', ','],
  ])('of %j by %j are none: the quotation marks are wrong', (line, separator) => {
    expect(splitCells(line, separator, true)).toBeNull();
  });

  it('come back from quotation whatever they hold', () => {
    const separator = fc.constantFrom(',', ';', '\t', '----', ' ', ' | ', ', ', '||');
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '|', '-', '=', 'é'), maxLength: 6 });
    fc.assert(
      fc.property(separator, fc.array(cell, { minLength: 1, maxLength: 4 }), (between, cells) => {
        const line = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(between);
        expect(splitCells(line, between, true)).toEqual(cells);
      }),
    );
  });
});
