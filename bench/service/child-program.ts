import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const STOP_AFTER_MS = 30_000;
const KIB = 1024;

/** A program that ended before it said where it serves. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
}

/** A program of its own process that says on a line of its output at which port of 127.0.0.1 it serves. */
export class ChildProgram {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** @throws ProgramFailed with the last that it said */
  static async start(
    file: string,
    environment: Readonly<Record<string, string>>,
    nodeArguments: readonly string[] = [],
  ): Promise<ChildProgram> {
    const child: ChildProcess = spawn(process.execPath, [...nodeArguments, file], {
      env: { ...process.env, NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Whatever ends the benchmarks ends their services with them.
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    return new ChildProgram(child, await portOf(child, file));
  }

  /** Resident memory in bytes, now and at its highest; undefined where the system has no /proc. */
  memory(): { readonly residentBytes: number; readonly peakBytes: number } | undefined {
    if (process.platform !== 'linux') return undefined;
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const bytesOf = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * KIB;
    return { residentBytes: bytesOf('VmRSS'), peakBytes: bytesOf('VmHWM') };
  }

  /** Asks it to end; one that does not is killed. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_AFTER_MS);
    await exited;
    clearTimeout(impatience);
  }
}

/** Its first line that names a port; the rest of its output is read and forgotten, as a log collector would. */
async function portOf(child: ChildProcess, file: string): Promise<number> {
  const output = child.stdout;
  if (output === null) throw new RangeError(`the output of ${file} is not piped`);
  const lines = createInterface({ input: output });
  let last = '';
  const port = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      last = line;
      const match = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
      if (match !== null) resolve(Number(match[1]));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new ProgramFailed(`${file} ended before it served: ${last}`)));
  });
  lines.close();
  output.resume();
  return port;
}
