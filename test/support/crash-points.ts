import { ProcessDied } from './crashing-store.js';
import { LedgerProcess, openSharedLog, type SharedLog } from './ledger-process.js';

const APPENDS_MAX = 40;

/**
 * Kills a process at every append of a deed, before and after it took effect, and hands each ruin over.
 * @returns how many appends the deed takes
 */
export async function atEveryCrashPoint(
  prepare: (process: LedgerProcess) => Promise<void>,
  deed: (process: LedgerProcess) => Promise<unknown>,
  afterwards: (log: SharedLog, crash: string) => Promise<void>,
): Promise<number> {
  for (let append = 1; append <= APPENDS_MAX; append += 1) {
    for (const when of ['before', 'after'] as const) {
      const log = await openSharedLog();
      const process = await LedgerProcess.start(log);
      await prepare(process);
      process.store.crashAt({ append, when });
      const died = await isFatal(deed(process));
      if (died) await afterwards(log, `${when} append ${append}`);
      await log.close();
      if (!died && when === 'before') return append - 1;
    }
  }
  throw new RangeError(`the deed takes more than ${APPENDS_MAX} appends`);
}

async function isFatal(deed: Promise<unknown>): Promise<boolean> {
  try {
    await deed;
    return false;
  } catch (error) {
    if (error instanceof ProcessDied) return true;
    throw error;
  }
}
