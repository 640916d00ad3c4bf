import 'reflect-metadata';
import { runCommandLine } from './cli/program.js';
import { Output } from './cli/terminal/output.js';
import { JobFailed } from './cli/usage-error.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first signal stops the job where it can be taken up again; the second ends the process at once. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of SIGNALS) {
    process.once(signal, () =>
      stop.abort(new JobFailed(`stopped by ${signal}; the same command goes on from here`)),
    );
  }
  return stop.signal;
}

async function main(): Promise<void> {
  const output = new Output(process.stdout, process.stderr, process.env);
  const surroundings = { output, environment: process.env, signal: stopOnSignal() };
  process.exitCode = await runCommandLine(process.argv.slice(2), surroundings);
}

void main();
