import { expiryOfDay, type Instant } from '../shared/time.js';
import { splitCells } from './cells.js';
import type { ColumnPlaces } from './columns.js';
import type { KeyFileFormat } from './format.js';

/** The longest line that can hold a key, in bytes of UTF-8, without its line end and mark, before trimming. */
export const LINE_BYTES_MAX = 1024;

/** Why a line is malformed: stable codes of the line ledger. */
export type MalformedReason =
  | 'line_too_long'
  | 'wrong_quoting'
  | 'wrong_cell_count'
  | 'secret_empty'
  | 'forbidden_character'
  | 'mangled_by_spreadsheet'
  | 'expires_unreadable'
  | 'expires_over';

/** A card key as its line gives it: what is needed to use it, so never to be logged. */
export interface CardKey {
  /** Null for a key without number: its secret alone is its identity. */
  readonly number: string | null;
  readonly secret: string;
  /** The key's own last good day (YYYY-MM-DD), if it has one. */
  readonly expiresOn: string | null;
}

const FORBIDDEN = /[\u0000-\u001F\u007F\u200B-\u200D\uFEFF]/;
const MANGLED = /^[0-9](\.[0-9]+)?[Ee]\+[0-9]+$/;

/** Reads the lines of one file after its header, each into a card key or the first reason why it is none. */
export class KeyLineRules {
  private lastDay = '';
  private lastDayFault: MalformedReason | null = null;

  constructor(
    private readonly format: Pick<KeyFileFormat, 'separator' | 'quoted'>,
    private readonly places: ColumnPlaces | null,
    private readonly receivedAt: Instant,
  ) {}

  /** For a line that is not blank. */
  read(line: string): CardKey | MalformedReason {
    if (isLongerThan(line, LINE_BYTES_MAX)) return 'line_too_long';
    const cells = splitCells(line, this.format.separator, this.format.quoted);
    if (cells === null) return 'wrong_quoting';
    const { places } = this;
    if (places === null || cells.length !== places.cells) return 'wrong_cell_count';
    const secret = cellAt(cells, places.secret);
    if (secret === '') return 'secret_empty';
    const number = cellAt(cells, places.number);
    const expiresOn = cellAt(cells, places.expires);
    const fault = faultOfValue(secret) ?? faultOfValue(number) ?? this.faultOfDay(expiresOn);
    return fault ?? { number: valueOrNull(number), secret, expiresOn: valueOrNull(expiresOn) };
  }

  /** Neighbouring lines mostly share their day, so the last answer is kept. */
  private faultOfDay(day: string): MalformedReason | null {
    if (day === '') return null;
    if (day !== this.lastDay) {
      const expiry = expiryOfDay(day);
      this.lastDayFault =
        expiry === undefined ? 'expires_unreadable' : expiry <= this.receivedAt ? 'expires_over' : null;
      this.lastDay = day;
    }
    return this.lastDayFault;
  }
}

function cellAt(cells: readonly string[], place: number | null): string {
  return place === null ? '' : (cells[place] as string);
}

function valueOrNull(value: string): string | null {
  return value === '' ? null : value;
}

function faultOfValue(value: string): MalformedReason | null {
  if (FORBIDDEN.test(value)) return 'forbidden_character';
  return MANGLED.test(value) ? 'mangled_by_spreadsheet' : null;
}

/** By bytes of UTF-8; counts only where the number of code units leaves it open. */
function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  if (text.length * 3 <= bytesMax) return false;
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) bytes += utf8BytesOfUnit(text.charCodeAt(at));
  return bytes > bytesMax;
}

/** Each half of a surrogate pair counts for two of its four bytes. */
function utf8BytesOfUnit(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
}
