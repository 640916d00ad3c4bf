import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantOf } from '../../domain/shared/time.js';
import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { KeyTrace, TraceRow } from '../../projections/traceability/questions.js';
import { ask } from '../access/reading.js';
import { judgedAt, readReport } from '../questions/report.js';

/** The first line at which an answer is not the expected one. */
export interface Difference {
  /** Within the pack. */
  readonly file: string;
  readonly line: number;
  readonly expected: string;
  readonly answered: string;
}

export interface Comparison {
  readonly lines: number;
  readonly traces: number;
  readonly keys: number;
  readonly difference: Difference | undefined;
}

/** Compares the ledger's answers with a pack's `expected/`, line by line. */
export function compareWithExpected(readModels: ReadModels, pack: string, now: string): Comparison {
  const expectedText = (name: string): string => readFileSync(join(pack, 'expected', name), 'utf8');
  const traces = JSON.parse(expectedText('traces.json')) as readonly TraceRow[];
  const keys = JSON.parse(expectedText('keys.json')) as readonly KeyTrace[];
  const answers: readonly (readonly [file: string, answer: unknown])[] = [
    ['report.json', readReport(readModels, now)],
    ['traces.json', answeredTraces(readModels, traces)],
    ['keys.json', answeredKeys(readModels, keys, now)],
  ];
  let lines = 0;
  let difference: Difference | undefined;
  for (const [file, answer] of answers) {
    const expected = linesOf(JSON.parse(expectedText(file)));
    lines += expected.length;
    difference ??= firstDifference(`expected/${file}`, expected, linesOf(answer));
  }
  return { lines, traces: traces.length, keys: keys.length, difference };
}

function linesOf(value: unknown): readonly string[] {
  return JSON.stringify(value, null, 1).split('\n');
}

function firstDifference(
  file: string,
  expected: readonly string[],
  answered: readonly string[],
): Difference | undefined {
  const length = Math.max(expected.length, answered.length);
  for (let index = 0; index < length; index += 1) {
    if (expected[index] === answered[index]) continue;
    return { file, line: index + 1, expected: expected[index] ?? '', answered: answered[index] ?? '' };
  }
  return undefined;
}

/** The rows of the places that are expected, each place once. */
function answeredTraces(readModels: ReadModels, expected: readonly TraceRow[]): readonly TraceRow[] {
  const places = new Map(
    expected.map(({ merchantId, orderNo, unit }) => [
      JSON.stringify([merchantId, orderNo, unit]),
      { merchantId, orderNo, unit },
    ]),
  );
  return ask(readModels, ['traceability'], ({ traceability }, known) =>
    [...places.values()].flatMap(
      ({ merchantId, orderNo, unit }) => traceability.traceOrder(known, merchantId, orderNo, unit) ?? [],
    ),
  ).value;
}

function answeredKeys(
  readModels: ReadModels,
  expected: readonly KeyTrace[],
  now: string,
): readonly (KeyTrace | undefined)[] {
  const at = instantOf(judgedAt(readModels, now));
  return ask(readModels, ['traceability'], ({ traceability }, { sequence }) =>
    expected.map(({ keyId }) => traceability.traceKey({ sequence, at }, keyId)),
  ).value;
}
