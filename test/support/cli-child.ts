import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const PROGRAM = resolve(__dirname, '../../bin/sourcebook.js');
const SERVICE = resolve(__dirname, '../../dist/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
}

/** Starts the built command line as a user would. */
export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcess {
  return start([PROGRAM, ...args], options);
}

/** Starts the built service. */
export function startService(environment: Readonly<Record<string, string>>): ChildProcess {
  return start([SERVICE], { environment });
}

function start(program: readonly string[], { environment = {}, directory }: CliOptions): ChildProcess {
  if (!existsSync(SERVICE)) throw new Error('the program is not built; run: npm run build');
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SOURCEBOOK_'));
  return spawn(process.execPath, program, {
    env: { ...Object.fromEntries(inherited), ...environment },
    cwd: directory ?? process.cwd(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const child = startCli(args, options);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}
