import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { TraceRow } from '../../projections/traceability/questions.js';
import { withReadModels } from '../access/reading.js';
import type { Call, CliCommand } from '../command.js';
import { freshDemoDirectory } from '../demo/demo-directory.js';
import { compareWithExpected, type Comparison } from '../demo/expected-answers.js';
import { readReport } from '../questions/report.js';
import { traceOfKey } from '../questions/traces.js';
import { printReport } from '../rendering/report-tables.js';
import { printKeyTrace } from '../rendering/trace-tables.js';
import { JobFailed } from '../usage-error.js';
import { loadWithProgress } from './load.js';

const PACK = resolve(__dirname, '../../../samples/first-month');
const DIRECTORY_DEFAULT = 'demo-ledger';

export const demoCommand: CliCommand = {
  name: 'demo',
  summary: 'record a month of supply into a fresh ledger and show what it answers',
  usage: `demo [--data DIR]

Records samples/first-month into DIR (demo-ledger unless told, made anew on each run), shows stock, cost, receipts,
refusals and one key's way, and compares all answers with the expected ones.`,
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
    const directory = call.dataNamed ? call.configuration.directory : DIRECTORY_DEFAULT;
    const demo = { ...call, configuration: { ...call.configuration, directory, eventStoreUrl: undefined } };
    if (!existsSync(PACK))
      throw new JobFailed('samples/first-month is missing; run the demo from a whole copy of the project');
    await freshDemoDirectory(demo.configuration);
    const summary = await loadWithProgress(demo, PACK);
    const comparison = await withReadModels(demo.configuration, (readModels) => show(demo, readModels));
    if (call.json) call.output.json({ ...summary, ...comparison });
    else printVerdict(demo, comparison);
    if (comparison.difference !== undefined)
      throw new JobFailed('the ledger’s answers are not the expected ones');
  },
};

function show({ output, json }: Call, readModels: ReadModels): Comparison {
  const now = new Date().toISOString();
  if (!json) {
    printReport(output, readReport(readModels, now));
    const trace = traceOfKey(readModels, keyToShow(), now);
    if (trace !== undefined) printKeyTrace(output, trace);
  }
  return compareWithExpected(readModels, PACK, now);
}

/** One with a story: the last key that replaced another among those that the pack expects. */
function keyToShow(): string {
  const traces = JSON.parse(readFileSync(join(PACK, 'expected/traces.json'), 'utf8')) as readonly TraceRow[];
  const replaced = traces.findLast(({ role, state }) => role === 'replacement' && state === 'issued');
  return (replaced ?? traces[0])?.keyId ?? '';
}

function printVerdict(
  { output, configuration }: Call,
  { lines, traces, keys, difference }: Comparison,
): void {
  output.line();
  if (difference !== undefined) {
    const { file, line, expected, answered } = difference;
    output.line(output.colours.bad(`${file}, line ${line} differs`));
    output.line(`  expected ${expected.trim()}`);
    output.line(`  answered ${answered.trim()}`);
    return;
  }
  const compared = `the report, ${traces} traces and ${keys} keys, ${lines} lines`;
  output.line(output.colours.good(`All of it equals samples/first-month/expected: ${compared}.`));
  printNextSteps(output, shortPath(configuration.directory));
}

/** As it is typed from here; what lies elsewhere keeps its whole path. */
function shortPath(directory: string): string {
  const fromHere = relative('.', directory);
  return fromHere === '' || fromHere.startsWith('..') ? resolve(directory) : fromHere;
}

function printNextSteps(output: Call['output'], directory: string): void {
  const base = 'http://127.0.0.1:3000';
  output.heading('Serve this ledger');
  output.line(`  SOURCEBOOK_DATA=${directory} npm start`);
  output.heading('Then try');
  output.line(`  curl -s ${base}/v1/inventory/CLOUD-200G`);
  output.line(`  curl -s ${base}/v1/merchants/MER-001/orders/C1-00001/trace`);
  output.line(`  curl -s ${base}/v1/keys/LOT-0001-000582/timeline`);
  output.line(`  curl -s '${base}/v1/events?after='`);
  output.line(`  ${base}/docs in a browser: the whole interface`);
  output.heading('Or without the service');
  output.line(`  npx sourcebook --data ${directory} trace --key LOT-0001-000582`);
  output.line(`  npx sourcebook --data ${directory} projections verify`);
}
