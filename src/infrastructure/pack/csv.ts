import { UnreadablePack } from './unreadable-pack.js';

/** One record of a table, by the names of its header. */
export interface CsvRecord {
  /** Where it begins, from 1; the header's line counts. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads a table in CSV (RFC 4180) with a header. Lines may end in LF or CRLF; a line with nothing on it is no record.
 * Columns beside those asked for are left to others.
 * @throws UnreadablePack with the line where quotation marks or the number of cells are wrong
 */
export function readCsv(text: string, file: string, columns: readonly string[]): readonly CsvRecord[] {
  const [header, ...rows] = [...rowsOf(text, file)];
  if (header === undefined)
    throw new UnreadablePack(file, 1, `has no header; name its columns: ${columns.join(',')}`);
  requireColumns(header, file, columns);
  return rows.map((row) => recordOf(row, header, file));
}

function requireColumns(header: Row, file: string, columns: readonly string[]): void {
  for (const column of columns) {
    const places = header.cells.filter((name) => name === column).length;
    if (places !== 1) {
      throw new UnreadablePack(file, header.line, `the header names ${column} ${places} times; name it once`);
    }
  }
}

function recordOf({ line, cells }: Row, header: Row, file: string): CsvRecord {
  if (cells.length !== header.cells.length) {
    throw new UnreadablePack(
      file,
      line,
      `has ${cells.length} cells where the header has ${header.cells.length}`,
    );
  }
  return { line, cells: new Map(header.cells.map((name, index) => [name, cells[index] ?? ''])) };
}

const PLAIN_CELL = /[^",\r\n]*/y;
const QUOTED_CELL = /"((?:[^"]|"")*)"/y;
const END_OF_CELL = /,|\r?\n|$/y;

function* rowsOf(text: string, file: string): Generator<Row> {
  let offset = 0;
  let line = 1;
  while (offset < text.length) {
    const row = readRow(text, offset, { file, line });
    if (row.cells.length > 1 || row.cells[0] !== '') yield { line, cells: row.cells };
    line += text.slice(offset, row.end).split('\n').length - 1;
    offset = row.end;
  }
}

function readRow(
  text: string,
  start: number,
  place: { file: string; line: number },
): { cells: string[]; end: number } {
  const cells: string[] = [];
  let offset = start;
  for (;;) {
    const cell = readCell(text, offset, place);
    cells.push(cell.value);
    END_OF_CELL.lastIndex = cell.end;
    const mark = END_OF_CELL.exec(text)?.[0];
    if (mark === undefined) {
      throw new UnreadablePack(
        place.file,
        place.line,
        'a quotation mark or a carriage return stands where none may',
      );
    }
    offset = cell.end + mark.length;
    if (mark !== ',') return { cells, end: offset };
  }
}

function readCell(
  text: string,
  start: number,
  { file, line }: { file: string; line: number },
): { value: string; end: number } {
  if (text[start] !== '"') {
    PLAIN_CELL.lastIndex = start;
    const value = PLAIN_CELL.exec(text)?.[0] ?? '';
    return { value, end: start + value.length };
  }
  QUOTED_CELL.lastIndex = start;
  const quoted = QUOTED_CELL.exec(text);
  if (quoted === null) throw new UnreadablePack(file, line, 'a quotation mark is opened and never closed');
  return { value: (quoted[1] ?? '').replaceAll('""', '"'), end: start + quoted[0].length };
}
