/** What a cell of a key file can be; every other column is ignored. */
export type ColumnRole = 'number' | 'secret' | 'expires';

export const COLUMN_ROLES: readonly ColumnRole[] = ['number', 'secret', 'expires'];

/** The header's name of each column that is read. */
export type ColumnNames = Readonly<Partial<Record<ColumnRole, string>>>;

interface Cells {
  /** Splits a line into cells; empty: the whole line is one cell. */
  readonly separator: string;
  /** Whether cells may stand in quotation marks; if not, these are ordinary characters. */
  readonly quoted: boolean;
}

/**
 * How the lines of a card-key file are to be read. Columns that cannot be used are null: with a header they refuse
 * the file, without one no line has the right number of cells.
 */
export type KeyFileFormat =
  | (Cells & { readonly header: true; readonly columns: ColumnNames | null })
  | (Cells & { readonly header: false; readonly columns: readonly unknown[] | null });

/** The four fields as a caller sent them: any may be absent, null or of a wrong type. */
export interface RawKeyFileFormat {
  readonly separator?: unknown;
  readonly quoted?: unknown;
  readonly header?: unknown;
  readonly columns?: unknown;
}

/**
 * Reads a format from untrusted input; it never fails. A separator that is no string counts as absent, and only
 * `true` switches quotation marks or the header on. In a mapping, `null` counts as absent and other names than the
 * three roles are ignored; in a list every entry is one cell, whatever it is.
 */
export function readFormat(raw: RawKeyFileFormat): KeyFileFormat {
  const cells: Cells = {
    separator: typeof raw.separator === 'string' ? raw.separator : '',
    quoted: raw.quoted === true,
  };
  if (raw.header === true) return { ...cells, header: true, columns: readNames(raw.columns) };
  return { ...cells, header: false, columns: Array.isArray(raw.columns) ? raw.columns : null };
}

function readNames(columns: unknown): ColumnNames | null {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) return null;
  const names: Partial<Record<ColumnRole, string>> = {};
  for (const role of COLUMN_ROLES) {
    const name = Object.hasOwn(columns, role) ? (columns as Record<string, unknown>)[role] : undefined;
    if (name === undefined || name === null) continue;
    if (typeof name !== 'string') return null;
    names[role] = name;
  }
  return names;
}
