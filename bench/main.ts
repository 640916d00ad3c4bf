import { readArguments, WrongUsage } from './arguments.js';
import { measuredOnce, type Bench } from './benchmark.js';
import { BENCHMARKS } from './catalogue.js';
import { LedgerShelf } from './ledgers/ledger-shelf.js';
import type { Row } from './report/row.js';
import { tableOf } from './report/table.js';
import { SCALES } from './scale.js';

const EXIT_FAILED = 1;
const EXIT_WRONG_USAGE = 2;

const note = (message: string): void => void process.stderr.write(`${message}\n`);

/** Runs what the arguments name, and prints a table or JSON on standard output; all else goes to standard error. */
async function main(args: readonly string[]): Promise<void> {
  const { scale, json, names } = readArguments(
    args,
    BENCHMARKS.map(({ name }) => name),
  );
  const ledgers = new LedgerShelf(SCALES[scale], note);
  const bench: Bench = { scale: SCALES[scale], ledgers, once: measuredOnce(), note };
  const rows: Row[] = [];
  process.once('exit', () => ledgers.remove());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(EXIT_FAILED));
  for (const benchmark of BENCHMARKS.filter(({ name }) => names.includes(name))) {
    note(`${benchmark.name} …`);
    const measured = await benchmark.run(bench);
    // A full run takes an hour: what is known is told at once.
    for (const row of measured)
      note(`  ${row.measurement}: ${row.value ?? 'not measured'} ${row.unit}${partOf(row)}`);
    rows.push(...measured);
  }
  process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : tableOf(rows));
}

function partOf({ ratio }: Row): string {
  return ratio === null ? '' : `, ${ratio.toFixed(3)} of the floor`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  note(error instanceof WrongUsage ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = error instanceof WrongUsage ? EXIT_WRONG_USAGE : EXIT_FAILED;
});
