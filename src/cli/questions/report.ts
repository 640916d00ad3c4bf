import { instantOf } from '../../domain/shared/time.js';
import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import { report, type Report } from '../../projections/report/report.js';
import { ask } from '../access/reading.js';

/**
 * The report of the newest load, judged at its last operation's time; of a ledger without operations of a load, judged
 * now.
 * @param now RFC 3339
 */
export function readReport(readModels: ReadModels, now: string): Report {
  const names = ['inventory', 'cost', 'traceability', 'loads'] as const;
  return ask(readModels, names, (sources, { sequence }) => {
    const asOfText = sources.loads.newest({ sequence })?.asOf ?? now;
    return report(sources, { sequence, at: instantOf(asOfText) }, asOfText);
  }).value;
}

/** When expiry and authorisation are judged: at the newest load's last operation, else now. */
export function judgedAt(readModels: ReadModels, now: string): string {
  return ask(readModels, ['loads'], ({ loads }, known) => loads.newest(known)?.asOf ?? now).value;
}
