import type { Row } from './row.js';

const HEADINGS = ['measurement', 'value', 'unit', 'floor', 'ratio', 'target', 'met'] as const;
/** Columns of numbers, which end at the same place. */
const RIGHT = new Set([1, 3, 4]);

/** The rows of a run for reading. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  return cells.map((line) => `${lineOf(line, widths)}\n`).join('');
}

function cellsOf({ measurement, value, unit, floor, ratio, target, met }: Row): readonly string[] {
  const verdict = met === null ? '' : met ? 'yes' : 'NO';
  return [
    measurement,
    value === null ? 'not run' : numberText(value),
    unit,
    floor === null ? '' : numberText(floor),
    ratio === null ? '' : ratio.toFixed(2),
    target ?? '',
    verdict,
  ];
}

function lineOf(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, column) =>
      RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    )
    .join('  ')
    .trimEnd();
}

function numberText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
