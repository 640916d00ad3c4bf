/**
 * The pack's rules for card-key files, once more, from samples/README.md alone: whole files in memory, one step after
 * the other, nothing shared with src/.
 */
export interface Row {
  readonly line: number;
  readonly identity: string;
  /** Milliseconds since 1970; Infinity for a key without a date of its own. */
  readonly expiresAt: number;
}

export interface FileFormat {
  readonly separator: string;
  readonly quoted: boolean;
  readonly header: boolean;
  readonly columns: Readonly<Record<string, string>> | readonly string[];
}

export interface ReadFile {
  readonly lines: number;
  readonly header: number;
  readonly blank: number;
  readonly malformed: number;
  readonly keys: readonly Row[];
}

type Place = { number: number; secret: number; expires: number; cells: number };

export function readKeyFile(
  bytes: Uint8Array,
  format: FileFormat,
  receivedAtMs: number,
): ReadFile | 'undecodable_file' | 'bad_header' {
  const text = decode(bytes);
  if (text === undefined) return 'undecodable_file';
  const lines = splitLines(text);
  const place = format.header ? placeByHeader(lines[0], format) : placeByList(format);
  if (place === undefined) return 'bad_header';

  const first = format.header ? 1 : 0;
  let blank = 0;
  let malformed = 0;
  const keys: Row[] = [];
  for (let index = first; index < lines.length; index += 1) {
    const line = lines[index] as string;
    if (trim(line) === '') {
      blank += 1;
      continue;
    }
    const key = readLine(line, format, place, receivedAtMs);
    if (key === undefined) malformed += 1;
    else keys.push({ line: index + 1, ...key });
  }
  return { lines: lines.length, header: first, blank, malformed, keys };
}

function decode(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return tryDecode('utf-8', bytes.subarray(3));
  if (startsWith(bytes, 0xff, 0xfe)) return decodeUtf16(bytes.subarray(2), true);
  if (startsWith(bytes, 0xfe, 0xff)) return decodeUtf16(bytes.subarray(2), false);
  return tryDecode('utf-8', bytes) ?? tryDecode('gb18030', bytes);
}

function startsWith(bytes: Uint8Array, ...mark: number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function tryDecode(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeUtf16(bytes: Uint8Array, little: boolean): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  let text = '';
  for (let index = 0; index < bytes.length; index += 2) {
    const [a, b] = [bytes[index] as number, bytes[index + 1] as number];
    text += String.fromCharCode(little ? a | (b << 8) : b | (a << 8));
  }
  return /\p{Cs}/u.test(text) ? undefined : text;
}

function splitLines(text: string): string[] {
  const pieces = text.split('\n');
  const rest = pieces.pop() as string;
  const lines = pieces.map((piece) => (piece.endsWith('\r') ? piece.slice(0, -1) : piece));
  return rest === '' ? lines : [...lines, rest];
}

function trim(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}

interface Cell {
  readonly content: string;
  /** What stands after its separator; undefined after the last cell. */
  readonly rest: string | undefined;
}

/** Undefined for wrong quotation marks. */
function cellsOf(line: string, format: FileFormat): string[] | undefined {
  const cells: string[] = [];
  let rest: string | undefined = line;
  while (rest !== undefined) {
    const cell: Cell | undefined = firstCell(rest, format);
    if (cell === undefined) return undefined;
    cells.push(cell.content);
    rest = cell.rest;
  }
  return cells;
}

function firstCell(text: string, { separator, quoted }: FileFormat): Cell | undefined {
  const marked = quoted ? quotedCell(text, separator) : 'plain';
  if (marked === undefined) return undefined;
  const [before, rest] = cutAt(separator, marked === 'plain' ? text : marked.after);
  if (marked === 'plain') return { content: before, rest };
  return before === '' ? { content: marked.content, rest } : undefined;
}

function cutAt(separator: string, text: string): [before: string, rest: string | undefined] {
  const end = separator === '' ? -1 : text.indexOf(separator);
  return end === -1
    ? [trim(text), undefined]
    : [trim(text.slice(0, end)), text.slice(end + separator.length)];
}

/** A cell in quotation marks and what stands after them; undefined where they are not closed. */
function quotedCell(
  text: string,
  separator: string,
): { content: string; after: string } | 'plain' | undefined {
  // A tab before a cell is space, unless it is what parts the cells.
  const opening = (separator === '\t' ? /^ *=?"/ : /^[ \t]*=?"/).exec(text)?.[0];
  if (opening === undefined) return 'plain';
  const content = /^((?:[^"]|"")*)"/.exec(text.slice(opening.length));
  if (content === null) return undefined;
  const [whole, inner = ''] = content;
  return { content: trim(inner.replaceAll('""', '"')), after: text.slice(opening.length + whole.length) };
}

function placeByList({ columns }: FileFormat): Place {
  const list = columns as readonly string[];
  const at = (name: string): number => list.indexOf(name);
  return { number: at('number'), secret: at('secret'), expires: at('expires'), cells: list.length };
}

function placeByHeader(header: string | undefined, format: FileFormat): Place | undefined {
  if (header === undefined) return undefined;
  const cells = cellsOf(header, format);
  if (cells === undefined) return undefined;
  const place: Place = { number: -1, secret: -1, expires: -1, cells: cells.length };
  for (const role of ['number', 'secret', 'expires'] as const) {
    const name = (format.columns as Record<string, string | null | undefined>)[role] ?? undefined;
    if (name === undefined) continue;
    if (cells.filter((cell) => cell === name).length !== 1) return undefined;
    place[role] = cells.indexOf(name);
  }
  return place;
}

/** Undefined for a malformed line. */
function readLine(
  line: string,
  format: FileFormat,
  place: Place,
  receivedAtMs: number,
): { identity: string; expiresAt: number } | undefined {
  if (new TextEncoder().encode(line).length > 1024) return undefined;
  const cells = cellsOf(line, format);
  if (cells === undefined || cells.length !== place.cells) return undefined;
  const number = cellAt(cells, place.number);
  const secret = cellAt(cells, place.secret);
  const expires = cellAt(cells, place.expires);
  if (secret === '' || isSpoilt(number) || isSpoilt(secret)) return undefined;
  const expiresAt = expires === '' ? Infinity : endOfDay(expires);
  if (expiresAt === undefined || expiresAt <= receivedAtMs) return undefined;
  return { identity: JSON.stringify([number, secret]), expiresAt };
}

function cellAt(cells: readonly string[], place: number): string {
  return cells[place] ?? '';
}

function isSpoilt(value: string): boolean {
  if (/[\u0000-\u001f\u007f\u200b-\u200d\ufeff]/.test(value)) return true;
  return /^[0-9](\.[0-9]+)?[eE]\+[0-9]+$/.test(value);
}

function endOfDay(day: string): number | undefined {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day)) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  return midnight + (24 - 8) * 3_600_000;
}
