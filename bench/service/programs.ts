import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerEnvironment } from '../ledgers/ledger-shelf.js';
import { ChildProgram } from './child-program.js';

const REPOSITORY = join(__dirname, '..', '..', '..');
const FLOOR = join(__dirname, 'floor-program.js');

/** The service exactly as it is shipped, on a ledger, at any free port. */
export function startService(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProgram> {
  const { program, nodeArguments } = asShipped();
  return ChildProgram.start(
    program,
    { ...ledgerEnvironment(directory), SOURCEBOOK_HOST: '127.0.0.1', SOURCEBOOK_PORT: '0', ...environment },
    [...nodeArguments, ...profilingArguments()],
  );
}

/** What `npm start` starts. */
function asShipped(): { readonly program: string; readonly nodeArguments: readonly string[] } {
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const [node, ...rest] = scripts.start.split(' ');
  const program = rest.pop();
  if (node !== 'node' || program === undefined) throw new RangeError(`not a node program: ${scripts.start}`);
  return { program: join(REPOSITORY, program), nodeArguments: rest };
}

export function startFloor(): Promise<ChildProgram> {
  return ChildProgram.start(FLOOR, {});
}

/** Stops programs whatever came of the work with them. */
export async function withPrograms<Result>(
  programs: readonly ChildProgram[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } finally {
    for (const program of programs) await program.stop();
  }
}

/** `SOURCEBOOK_BENCH_PROFILES=DIR`: the service leaves its CPU profiles there. */
function profilingArguments(): readonly string[] {
  const directory = process.env['SOURCEBOOK_BENCH_PROFILES'];
  return directory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`];
}
