import { UnusableSource } from '../../verifier/findings.js';
import {
  VERIFY_OPTIONS,
  VERIFY_USAGE,
  verifyAndTell,
  verifyTaskOf,
  WrongUsage,
  type VerifyTask,
} from '../../verifier/command-line.js';
import type { CliCommand, OptionValues } from '../command.js';
import { JobFailed, UsageError } from '../usage-error.js';

/** The verifier as a command beside the others; `bin/sourcebook-verify.js` is the same without the service. */
export const verifyCommand: CliCommand = {
  name: 'verify',
  summary: 'whether a ledger, or a pack of evidence, is what was promised: offline',
  usage: `verify ${VERIFY_USAGE}`,
  options: VERIFY_OPTIONS,
  positionals: { min: 0, max: 0 },
  async run({ values, configuration, output, json, signal }) {
    const task = taskOf(values, configuration.directory);
    const stdout = { write: (text: string) => output.line(text.trimEnd()) };
    const terminal = { stdout, stderr: process.stderr, json, signal };
    const verified = await verifyAndTell(task, terminal).catch(asUsageError);
    if (!verified) throw new JobFailed('it does not verify');
  },
};

function taskOf(values: OptionValues, directory: string): VerifyTask {
  try {
    return verifyTaskOf(values, directory);
  } catch (error) {
    if (error instanceof WrongUsage) throw new UsageError(error.message);
    throw error;
  }
}

function asUsageError(error: unknown): never {
  if (error instanceof UnusableSource) throw new UsageError(error.message);
  throw error;
}
