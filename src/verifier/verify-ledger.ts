import { UnusableSource } from './findings.js';
import { givenKeys } from './log/trusted-keys.js';
import { readInput, readReport } from './inputs.js';
import { LedgerRun, type Surroundings } from './ledger-run.js';
import type { VerifyOptions } from './options.js';
import type { Verification } from './verification.js';

/**
 * Verifies a whole ledger from its stored texts, trusting nothing that the service has derived from them.
 * @throws UnusableSource where what is named cannot be read, or is none of what it should be
 */
export async function verifyLedger(
  options: VerifyOptions,
  surroundings: Surroundings,
): Promise<Verification> {
  const policy = options.policy === undefined ? undefined : readInput(options.policy).toString('utf8');
  const given = givenKeys(options.vkeys, policy);
  const report = options.report === undefined ? undefined : readReport(options.report);
  const kept = options.checkpoints.map((file) => ({ file, note: readInput(file) }));
  const run = LedgerRun.of(options.source, {
    ...surroundings,
    reportSequence: options.reportSequence,
    report,
  });
  try {
    await run.readHistory();
    if (run.isEmpty)
      throw new UnusableSource(`${options.source.path} holds no event; is it the right ledger?`);
    return run.conclude({ kept, given, reportFile: options.report });
  } finally {
    run.close();
  }
}
