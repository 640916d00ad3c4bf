import { splitCells } from './cells.js';
import { COLUMN_ROLES, type ColumnRole, type KeyFileFormat } from './format.js';

/** Where the cells of a line stand, from 0; null for a role that the file does not have. */
export interface ColumnPlaces extends Readonly<Record<ColumnRole, number | null>> {
  /** How many cells every line must have. */
  readonly cells: number;
}

type WithHeader = Extract<KeyFileFormat, { header: true }>;
type WithoutHeader = Extract<KeyFileFormat, { header: false }>;

/** Null when the format says nothing usable: then no line is right. A role named twice is its first cell. */
export function placesOfList(format: WithoutHeader): ColumnPlaces | null {
  const { columns } = format;
  if (columns === null) return null;
  const place = (role: ColumnRole): number | null => placeOrNull(columns.indexOf(role));
  return {
    number: place('number'),
    secret: place('secret'),
    expires: place('expires'),
    cells: columns.length,
  };
}

/** What the header says, or why it refuses the file. */
export function placesOfHeader(
  format: WithHeader,
  headerLine: string,
): ColumnPlaces | { readonly fault: string } {
  if (format.columns === null) {
    return { fault: 'columns must map number, secret and expires to names of the header, as texts' };
  }
  const cells = splitCells(headerLine, format.separator, format.quoted);
  if (cells === null) return { fault: 'the quotation marks of the header are wrong' };
  const places: Record<ColumnRole, number | null> = { number: null, secret: null, expires: null };
  for (const role of COLUMN_ROLES) {
    const name = format.columns[role];
    if (name === undefined) continue;
    const first = cells.indexOf(name);
    if (first === -1) return { fault: `the header has no column of the name that is mapped to ${role}` };
    if (cells.lastIndexOf(name) !== first)
      return { fault: `the header has the name mapped to ${role} twice` };
    places[role] = first;
  }
  return { ...places, cells: cells.length };
}

function placeOrNull(index: number): number | null {
  return index === -1 ? null : index;
}
