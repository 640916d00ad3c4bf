import { join } from 'node:path';
import { ledgerEnvironment } from '../ledgers/ledger-shelf.js';
import { ChildProgram } from './child-program.js';

const REPOSITORY = join(__dirname, '..', '..', '..');
const SERVICE = join(REPOSITORY, 'dist', 'main.js');
const FLOOR = join(__dirname, 'floor-program.js');

/** The service exactly as it is shipped, on a ledger, at any free port. */
export function startService(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProgram> {
  return ChildProgram.start(
    SERVICE,
    { ...ledgerEnvironment(directory), SOURCEBOOK_HOST: '127.0.0.1', SOURCEBOOK_PORT: '0', ...environment },
    profilingArguments(),
  );
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
