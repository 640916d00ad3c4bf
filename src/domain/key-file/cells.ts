const SPACE = 0x20;
const TAB = 0x09;

function isSpaceOrTab(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === SPACE || code === TAB;
}

/** Without the spaces and tabs around it; every other kind of blank is part of the text. */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpaceOrTab(text, from)) from += 1;
  while (to > from && isSpaceOrTab(text, to - 1)) to -= 1;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

/** Splits a line into trimmed cells; null when its quotation marks are wrong. An empty separator makes one cell. */
export function splitCells(line: string, separator: string, quoted: boolean): string[] | null {
  if (quoted && line.includes('"')) return splitQuoted(line, separator);
  if (separator === '') return [trimmed(line)];
  const cells = line.split(separator);
  for (let index = 0; index < cells.length; index += 1) cells[index] = trimmed(cells[index] as string);
  return cells;
}

interface Cell {
  readonly text: string;
  /** Where the separator after the cell stands, or the line's length. */
  readonly end: number;
}

function splitQuoted(line: string, separator: string): string[] | null {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const cell = readCell(line, at, separator);
    if (cell === null) return null;
    cells.push(cell.text);
    if (cell.end === line.length) return cells;
    at = cell.end + separator.length;
    if (at === line.length) return [...cells, ''];
  }
}

function readCell(line: string, from: number, separator: string): Cell | null {
  const start = skipSpacesAndTabs(line, from, separator);
  const opening = openingLength(line, start);
  if (opening > 0 && !startsWithSeparator(line, start, separator)) {
    return readQuotedCell(line, start + opening, separator);
  }
  const next = separator === '' ? -1 : line.indexOf(separator, from);
  const end = next === -1 ? line.length : next;
  return { text: trimmed(line.slice(from, end)), end };
}

/** Stops at the separator too: it may be a tab, or begin with a space. */
function skipSpacesAndTabs(line: string, from: number, separator: string): number {
  let at = from;
  while (at < line.length && isSpaceOrTab(line, at) && !startsWithSeparator(line, at, separator)) at += 1;
  return at;
}

function startsWithSeparator(line: string, at: number, separator: string): boolean {
  return separator !== '' && line.startsWith(separator, at);
}

/** `"` opens a quoted cell, and so does `="`, a spreadsheet's way to keep digits as text. */
function openingLength(line: string, at: number): number {
  if (line.startsWith('"', at)) return 1;
  return line.startsWith('="', at) ? 2 : 0;
}

function readQuotedCell(line: string, from: number, separator: string): Cell | null {
  let closing = line.indexOf('"', from);
  while (closing !== -1 && line.startsWith('"', closing + 1)) closing = line.indexOf('"', closing + 2);
  if (closing === -1) return null;
  const end = skipSpacesAndTabs(line, closing + 1, separator);
  if (end < line.length && !startsWithSeparator(line, end, separator)) return null;
  return { text: trimmed(line.slice(from, closing).replaceAll('""', '"')), end };
}
