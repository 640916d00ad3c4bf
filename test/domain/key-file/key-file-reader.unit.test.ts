import fc from 'fast-check';
import { HEADER_LENGTH_MAX } from '../../../src/domain/key-file/key-file-reader.js';
import { readFile, told } from './reading.js';

const SECRET_ONLY = { columns: ['secret'] };
const PAIR = { separator: ',', columns: ['number', 'secret'] };
const DATED = { separator: ',', columns: ['secret', 'expires'] };
const HEADED = { separator: ',', header: true, columns: { number: '卡号', secret: '卡密' } };

describe('a line of a key file', () => {
  it('is a card key with its number, its secret and its own last day', () => {
    const columns = ['expires', 'number', 'note', 'secret'];
    expect(told('2026-12-31, 100 ,x,\tabc', { separator: ',', columns })).toEqual(['100|abc|2026-12-31']);
  });

  it('has no number when the cell is empty or the file has none', () => {
    expect(told(',abc\n  ,abc', PAIR)).toEqual(['-|abc|-', '-|abc|-']);
    expect(told('abc', SECRET_ONLY)).toEqual(['-|abc|-']);
  });

  it('is blank when it is nothing but spaces and tabs, whatever the separator is', () => {
    expect(told('\n \t \na,b\n\r\n', PAIR)).toEqual(['blank', 'blank', 'a|b|-', 'blank']);
    expect(told('\t\n', { separator: '\t', columns: ['number', 'secret'] })).toEqual(['blank']);
    expect(told('\u00A0', SECRET_ONLY)).toEqual(['-|\u00A0|-']);
  });

  it('is blank before it is too long', () => {
    expect(told(`${' '.repeat(5000)}\r\n${'\t'.repeat(1025)}`, SECRET_ONLY)).toEqual(['blank', 'blank']);
    expect(told(`${' '.repeat(200_000)}\r\nabc`, SECRET_ONLY)).toEqual(['blank', '-|abc|-']);
    expect(told(`${' '.repeat(200_000)}\r`, SECRET_ONLY)).toEqual(['line_too_long']);
  });

  it.each([
    ['a', 'wrong_cell_count'],
    ['a,b,c', 'wrong_cell_count'],
    ['a,b,', 'wrong_cell_count'],
    ['a,', 'secret_empty'],
    ['a, \t', 'secret_empty'],
    [',', 'secret_empty'],
  ])('%j is malformed: %s', (line, reason) => {
    expect(told(line, PAIR)).toEqual([reason]);
  });

  it.each([
    ...[0x00, 0x01, 0x09, 0x0b, 0x0d, 0x1f, 0x7f, 0x200b, 0x200c, 0x200d, 0xfeff].map(
      (code) => [code, true] as const,
    ),
    ...[0x20, 0x7e, 0x80, 0x85, 0xa0, 0xad, 0x200a, 0x200e, 0x2028, 0x2060, 0x3000].map(
      (code) => [code, false] as const,
    ),
  ])('with U+%d inside a value is malformed: %s', (code, forbidden) => {
    const value = `a${String.fromCodePoint(code)}b`;
    expect(told(`1,${value}`, PAIR)).toEqual([forbidden ? 'forbidden_character' : `1|${value}|-`]);
    expect(told(`${value},1`, PAIR)).toEqual([forbidden ? 'forbidden_character' : `${value}|1|-`]);
  });

  it('does not mind forbidden characters where nobody reads', () => {
    expect(told('a\u0001,b', { separator: ',', columns: ['note', 'secret'] })).toEqual(['-|b|-']);
  });

  it('is trimmed of spaces and tabs only: a control character at the edge makes it malformed', () => {
    expect(told('1, \u000Babc', PAIR)).toEqual(['forbidden_character']);
    expect(told('1,abc\u200B', PAIR)).toEqual(['forbidden_character']);
  });

  it.each(['1.23457E+15', '1E+15', '1e+15', '9.0e+1', '0.1E+0'])(
    'with %s is mangled by a spreadsheet',
    (value) => {
      expect(told(`${value},abc\nabc,${value}\nabc, ${value}\t`, PAIR)).toEqual(
        Array(3).fill('mangled_by_spreadsheet'),
      );
    },
  );

  it.each([
    '12.3E+15',
    '1.23457E-15',
    '1.23457E15',
    '1.E+15',
    'E+15',
    '1.2E+',
    '-1.2E+15',
    '1.2E+15a',
    '１E+15',
  ])('with %s is not mangled', (value) => {
    expect(told(`1,${value}`, PAIR)).toEqual([`1|${value}|-`]);
  });

  it('may not be longer than 1,024 bytes of UTF-8, without its line end and mark, before trimming', () => {
    const fits = (text: string): void => {
      expect(told(`${text}\r\n`, SECRET_ONLY)).toEqual([`-|${text.trim()}|-`]);
      expect(told(`\uFEFF${text}`, SECRET_ONLY)).toEqual([`-|${text.trim()}|-`]);
      expect(told(`${text}a\n`, SECRET_ONLY)).toEqual(['line_too_long']);
      expect(told(`${text} \n`, SECRET_ONLY)).toEqual(['line_too_long']);
    };
    fits('a'.repeat(1024));
    fits(`${' '.repeat(1000)}${'a'.repeat(24)}`);
    fits('é'.repeat(512));
    fits(`${'卡'.repeat(341)}a`);
    fits('😀'.repeat(256));
  });

  it('is measured as UTF-8 whatever the file is written in', () => {
    const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
    expect(told(utf16('卡'.repeat(341)), SECRET_ONLY)).toEqual([`-|${'卡'.repeat(341)}|-`]);
    expect(told(utf16('卡'.repeat(342)), SECRET_ONLY)).toEqual(['line_too_long']);
    const gb18030 = Buffer.alloc(2 * 342, Buffer.of(0xc4, 0xe3));
    expect(told(gb18030, SECRET_ONLY)).toEqual(['line_too_long']);
    expect(told(gb18030.subarray(2), SECRET_ONLY)).toEqual([`-|${'你'.repeat(341)}|-`]);
  });

  it('of any length costs its bound in memory and is one line', () => {
    expect(told(`a\n${'x'.repeat(300_000)}\nb`, SECRET_ONLY)).toEqual(['-|a|-', 'line_too_long', '-|b|-']);
  });

  it.each([
    ['2026-02-30', 'expires_unreadable'],
    ['2026-13-01', 'expires_unreadable'],
    ['2026-00-10', 'expires_unreadable'],
    ['26-12-31', 'expires_unreadable'],
    ['2026/12/31', 'expires_unreadable'],
    ['2026-12-31T00:00:00Z', 'expires_unreadable'],
    ['2027-02-29', 'expires_unreadable'],
    ['never', 'expires_unreadable'],
    ['2026-09-14', 'expires_over'],
    ['2026-09-15', '-|abc|2026-09-15'],
    ['2028-02-29', '-|abc|2028-02-29'],
    [' \t', '-|abc|-'],
  ])('whose expiry is %j is %s', (expires, outcome) => {
    expect(told(`abc,${expires}`, DATED)).toEqual([outcome]);
  });

  it('is good through its day at +08:00, to the last microsecond', () => {
    const at = (receivedAt: string): unknown => told('abc,2026-09-15\nxyz,2026-09-15', DATED, { receivedAt });
    expect(at('2026-09-15T23:59:59.999999+08:00')).toEqual(['-|abc|2026-09-15', '-|xyz|2026-09-15']);
    expect(at('2026-09-16T00:00:00+08:00')).toEqual(['expires_over', 'expires_over']);
    expect(at('2026-09-15T16:00:00Z')).toEqual(['expires_over', 'expires_over']);
  });

  it('may have quoted cells, whose content is trimmed and may hold the separator', () => {
    const lines = '"1,5"," a""b "\n ="007" ,x\n"1,x\n"1"2,x\n1"2,x';
    expect(told(lines, { ...PAIR, quoted: true })).toEqual([
      '1,5|a"b|-',
      '007|x|-',
      'wrong_quoting',
      'wrong_quoting',
      '1"2|x|-',
    ]);
    expect(told('="1.5E+9",x', { ...PAIR, quoted: true })).toEqual(['mangled_by_spreadsheet']);
    expect(told('"a\tb",x', { ...PAIR, quoted: true })).toEqual(['forbidden_character']);
    expect(told('" ",""', { ...PAIR, quoted: true })).toEqual(['secret_empty']);
  });

  it('previews a malformed line without showing a secret, and without control characters', () => {
    const lines = readFile(`ABCD-EFGH-IJKL-${'\u001b'}Z\nshort\n`, PAIR);
    expect(lines).toEqual([
      { kind: 'malformed', line: 1, reason: 'wrong_cell_count', preview: '••••••\uFFFDZ' },
      { kind: 'malformed', line: 2, reason: 'wrong_cell_count', preview: '••••••' },
    ]);
  });
});

describe('the header of a key file', () => {
  it('names the columns, trimmed, in any order, with others between', () => {
    expect(told('备注, 卡密\t,卡号\nx,abc,1\n', HEADED)).toEqual(['header', '1|abc|-']);
    expect(told('\uFEFF卡号,卡密\r\n1,abc\r\n', HEADED)).toEqual(['header', '1|abc|-']);
  });

  it('sets how many cells a line has', () => {
    expect(told('卡号,卡密,备注\n1,abc\n1,abc,x\n1,abc,x,y', HEADED)).toEqual([
      'header',
      'wrong_cell_count',
      '1|abc|-',
      'wrong_cell_count',
    ]);
  });

  it.each([
    ['there is no first line', ''],
    ['there is only a mark', '\uFEFF'],
    ['the first line is blank', '\n卡号,卡密\n1,abc'],
    ['a mapped name is missing', '卡号,密码\n1,abc'],
    ['a mapped name is there twice', '卡号,卡密,卡号\n1,abc,2'],
    ['a name is written otherwise', '卡号,卡密x\n1,abc'],
    ['a name has a mark of its own', '\uFEFF\uFEFF卡号,卡密\n1,abc'],
    ['it is longer than memory allows', `卡号,卡密,${'x'.repeat(HEADER_LENGTH_MAX)}\n1,abc,x`],
  ])('refuses the file when %s', (_name, file) => {
    expect(told(file, HEADED)).toBe('bad_header');
    expect(told(file, HEADED, { sizes: [4001] })).toBe('bad_header');
  });

  it('refuses the file when its quotation marks are wrong', () => {
    const quoted = { ...HEADED, quoted: true };
    expect(told('"卡号","卡密"\n"1","abc"', quoted)).toEqual(['header', '1|abc|-']);
    expect(told('"卡号","卡密\n1,abc', quoted)).toBe('bad_header');
    expect(told('"卡号"x,卡密\n1,abc', quoted)).toBe('bad_header');
    expect(told('"卡号",卡密\n1,abc', HEADED)).toBe('bad_header');
  });

  it('may be twice what nobody mapped, and may be of any length and characters', () => {
    expect(told('卡号,x,x,卡密\n1,a,b,abc', HEADED)).toEqual(['header', '1|abc|-']);
    expect(told(`卡号,卡密,\u0001\u200B${'x'.repeat(70_000)}\n1,abc,`, HEADED)).toEqual([
      'header',
      '1|abc|-',
    ]);
  });

  it('may be blank where a blank name is mapped', () => {
    expect(told(' \nabc', { header: true, columns: { secret: '' } })).toEqual(['header', '-|abc|-']);
  });

  it('serves two roles with one column', () => {
    const columns = { number: 'pin', secret: 'pin' };
    expect(told('pin\nabc', { header: true, columns })).toEqual(['header', 'abc|abc|-']);
  });

  it('is no header where the format has none', () => {
    expect(told('卡号,卡密\n1,abc', PAIR)).toEqual(['卡号|卡密|-', '1|abc|-']);
  });

  it('needs text before anything else: an undecodable file is refused as such', () => {
    expect(told(Buffer.concat([Buffer.from('no,names\n'), Buffer.of(0xff)]), HEADED)).toBe(
      'undecodable_file',
    );
  });
});

describe('a key file', () => {
  it('may be empty', () => {
    expect(told('', PAIR)).toEqual([]);
  });

  it('is classed the same however it is cut', () => {
    const part = fc.constantFrom(
      '1,abc',
      'a',
      '\n',
      '\r\n',
      '\r',
      ' ',
      '\t',
      '"',
      '="',
      ',',
      '卡',
      '😀',
      '\uFEFF',
      '1.5E+9',
      '2026-12-31',
      'x'.repeat(1020),
    );
    const format = fc.record({
      separator: fc.constantFrom(',', '\t', '', '----'),
      quoted: fc.boolean(),
      columns: fc.constantFrom(['secret'], ['number', 'secret'], ['secret', 'expires']),
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), format, sizes, (parts, given, cut) => {
        const file = parts.join('');
        expect(readFile(file, given, { sizes: cut })).toEqual(readFile(file, given));
      }),
      { numRuns: 500 },
    );
  });
});
