import type { Random } from './random.js';

/** A key file as the trade might send it, with the fields of `receive_lot` that say how to read it. */
export interface RandomKeyFile {
  readonly bytes: Uint8Array;
  readonly format: Readonly<Record<string, unknown>>;
}

interface Shape {
  readonly separator: string;
  readonly quoted: boolean;
  readonly header: boolean;
  /** What each cell of a line is. */
  readonly cells: readonly ('number' | 'secret' | 'expires' | 'memo')[];
}

const NAMES = { number: '卡号', secret: '卡密', expires: '有效期', memo: '备注' };
const CELLS: readonly Shape['cells'][] = [
  ['secret'],
  ['number', 'secret'],
  ['number', 'secret'],
  ['number', 'secret', 'expires'],
  ['expires', 'memo', 'number', 'secret'],
  ['secret', 'expires'],
];

/** Values that must be refused wherever they stand, and their harmless neighbours. */
const ODD_VALUES = [
  '1.23457E+15',
  '5e+7',
  '9E+',
  '12E+5',
  '1.5E15',
  'E+5',
  '7E+3x',
  'a\u0000b',
  'tab\tin',
  'a\u001fb',
  'a\u007fb',
  'a\u0080b',
  'a\u0085b',
  'cr\rin',
  '\u200bzero',
  'zero\u200d',
  'ze\u200cro',
  '\ufeffmark',
  'a\u2028b',
  'a\u2029b',
  'a\u000bb',
  '\u00a0nbsp',
  '\u3000全角',
  'emoji😀',
  'ｆｕｌｌ',
  '𠮷野家',
];
const ODD_DAYS = [
  '2026-02-30',
  '2026-13-01',
  '2026-9-1',
  '20260901',
  'never',
  '2026-00-10',
  '2024-02-29',
  '2100-02-29',
  ' ',
];

/**
 * @param keysSent numbers and secrets of files before, from which some come again; this file's are added
 * @param receivedAtMs keys of it may expire about then
 */
export function randomKeyFile(
  random: Random,
  keysSent: [string, string][],
  receivedAtMs: number,
): RandomKeyFile {
  const cells = random.one(CELLS);
  const shape: Shape = {
    cells,
    separator:
      cells.length === 1 ? random.one(['', '', ',']) : random.one([',', '\t', '----', ';', '|', '，']),
    quoted: random.chance(0.4),
    header: random.chance(0.5),
  };
  const lines = Array.from({ length: random.mostly(0.9, random.whole(3, 20), [0, 1]) }, () =>
    randomLine(random, shape, keysSent, receivedAtMs),
  );
  if (shape.header) lines.unshift(headerOf(random, shape));
  const ending = random.one(['\n', '\r\n']);
  const last = random.one(['', ending, '\n', '\r']);
  const text = lines
    .map((line, index) => line + (index + 1 < lines.length ? mixedEnding(random, ending) : last))
    .join('');
  return { bytes: encoded(random, text), format: formatOf(random, shape) };
}

function mixedEnding(random: Random, ending: string): string {
  return random.mostly(0.95, ending, ['\n', '\r\n']);
}

function formatOf(random: Random, { separator, quoted, header, cells }: Shape): Record<string, unknown> {
  const roles = cells.filter((cell) => cell !== 'memo');
  const named = Object.fromEntries(
    roles.map((role) => [role, random.mostly(0.98, NAMES[role], ['no such name'])]),
  );
  const absent = ['number', 'expires'].filter((role) => !(role in named));
  const nulls = random.chance(0.2) ? Object.fromEntries(absent.map((role) => [role, null])) : {};
  const columns = header
    ? { ...named, ...nulls }
    : random.mostly(0.97, cells, [[...cells, 'memo'], cells.slice(1)]);
  const fields = { separator, header, columns };
  if (quoted) return { ...fields, quoted };
  return { ...fields, ...random.one([{}, { quoted: false }, { quoted: null }]) };
}

function headerOf(random: Random, { separator, cells, quoted }: Shape): string {
  const names = cells.map((cell) => NAMES[cell]);
  if (random.chance(0.04)) names.push(random.one(names));
  const dressed = names.map((name) =>
    quoted && random.chance(0.5) ? `"${name}"` : `${random.one(['', ' ', '\t'])}${name}`,
  );
  const header = dressed.join(separator === '' ? ' ' : separator);
  return random.mostly(0.96, header, [
    '',
    '  ',
    `"${header}`,
    `${header}${separator}"open`,
    `${header}${' '.repeat(1100)}`,
  ]);
}

function randomLine(
  random: Random,
  shape: Shape,
  keysSent: [string, string][],
  receivedAtMs: number,
): string {
  if (random.chance(0.06)) return random.one(['', ' ', '\t \t', ' '.repeat(1100), '\u3000']);
  const [number, secret] = randomKey(random, keysSent);
  const values = {
    number,
    secret,
    expires: randomDay(random, receivedAtMs),
    memo: random.one(['', 'x', '"', 'm']),
  };
  const cells = shape.cells.map((cell) => dressedCell(random, values[cell], shape));
  if (random.chance(0.03)) cells.push('extra');
  if (random.chance(0.03)) cells.pop();
  const line = cells.join(shape.separator);
  return random.chance(0.03) ? stretched(random, line) : line;
}

function randomKey(random: Random, keysSent: [string, string][]): [string, string] {
  const before =
    keysSent.length > 0 && random.chance(0.2)
      ? random.one(random.chance(0.5) ? keysSent.slice(-5) : keysSent)
      : undefined;
  if (before !== undefined && random.chance(0.7)) return before;
  const fresh = String(random.whole(1_000_000, 9_999_999));
  const number =
    before?.[0] ?? random.mostly(0.8, `6200${fresh}`, ['', `卡${fresh}`, random.one(ODD_VALUES)]);
  const secret = random.mostly(0.9, `K${fresh}`, [
    '',
    'same-for-all',
    `密${fresh}`,
    `a,${fresh}`,
    `q"${fresh}`,
    random.one(ODD_VALUES),
  ]);
  keysSent.push([number, secret]);
  return [number, secret];
}

function randomDay(random: Random, receivedAtMs: number): string {
  if (random.chance(0.1)) return random.one(ODD_DAYS);
  if (random.chance(0.4)) return '';
  const days = random.one([-1, 0, 0, 1, 1, 2, 3, 5, 400]);
  return new Date(receivedAtMs + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
}

function dressedCell(random: Random, value: string, { quoted }: Shape): string {
  const space = (): string => random.mostly(0.8, '', [' ', '\t', '  ']);
  if (!quoted) return `${space()}${random.mostly(0.95, value, [`"${value}"`, `="${value}"`])}${space()}`;
  const written = value.replaceAll('"', '""');
  const content = `${space()}${written}${space()}`;
  return random.chance(0.5)
    ? `${space()}${random.one(['', '', '='])}"${content}"${space()}`
    : random.mostly(0.9, `${space()}${value}${space()}`, [
        `"${content}" x`,
        `"${content}`,
        `x"${content}"`,
        `= "${value}"`,
        `""${value}""`,
      ]);
}

/** About the longest that a line may be, in bytes of UTF-8. */
function stretched(random: Random, line: string): string {
  const bytes = random.one([1023, 1024, 1024, 1025, 1026]);
  const missing = bytes - Buffer.byteLength(line);
  if (missing <= 0) return line;
  return random.chance(0.5) ? line + ' '.repeat(missing) : line + 'x'.repeat(missing);
}

function encoded(random: Random, text: string): Uint8Array {
  switch (random.whole(0, 11)) {
    case 0:
    case 1:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
    case 2:
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    case 3:
      return Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]);
    case 4:
    case 5:
    case 6:
      return encodeGb18030(text) ?? Buffer.from(text);
    case 7:
      return random.chance(0.4) ? broken(random, text) : Buffer.from(text);
    default:
      return Buffer.from(text);
  }
}

/** Bytes that no encoding decodes, or not the one that their mark names. */
function broken(random: Random, text: string): Uint8Array {
  const gb = encodeGb18030(`卡密${text}`) ?? Buffer.from('x');
  return random.one([
    Buffer.concat([Buffer.from(text), Buffer.from([0xff])]),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), gb]),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le'), Buffer.from([0x41])]),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le'), Buffer.from([0x00, 0xd8])]),
    Buffer.concat([Buffer.from([0xfe, 0xff, 0xdc, 0x00]), Buffer.from(text, 'utf16le').swap16()]),
    Buffer.concat([gb, Buffer.from([0x81])]),
  ]);
}

let gb18030: Map<string, readonly number[]> | undefined;

/** Undefined for text beyond ASCII and the two-byte part of GB18030. */
function encodeGb18030(text: string): Uint8Array | undefined {
  gb18030 ??= twoByteCharacters();
  const bytes: number[] = [];
  for (const character of text) {
    const pair = gb18030.get(character);
    if (character <= '\u007f') bytes.push(character.charCodeAt(0));
    else if (pair !== undefined) bytes.push(...pair);
    else return undefined;
  }
  return Uint8Array.from(bytes);
}

function twoByteCharacters(): Map<string, readonly number[]> {
  const decoder = new TextDecoder('gb18030');
  const characters = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (character.length === 1 && character !== '\ufffd') characters.set(character, [lead, trail]);
    }
  }
  return characters;
}
