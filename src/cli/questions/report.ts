import { instantOf } from '../../domain/shared/time.js';
import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { ReadModelQueries } from '../../projections/registry.js';
import { report, type Report } from '../../projections/report/report.js';
import type { AsOfAbout } from '../../projections/shared/as-of.js';
import { ask } from '../access/reading.js';
import { sequenceAt, THE_PRESENT, type AskedMoment } from './moments.js';

const SOURCES = ['inventory', 'cost', 'traceability', 'loads', 'moments'] as const;

/**
 * The report as of a moment. Expiry and authorisation are judged at the time asked about, else at the last operation
 * of the newest load known then, else now.
 * @param now RFC 3339
 */
export function readReport(readModels: ReadModels, now: string, asked: AskedMoment = THE_PRESENT): Report {
  return ask(readModels, SOURCES, (sources, { sequence }) => {
    const { asOf, text } = judgedAsOf(sources, asked, { sequence, now });
    return report(sources, asOf, text);
  }).value;
}

/** What a question is asked about, and when it is judged as the user or the load wrote it. */
export function judgedAsOf(
  { loads, moments }: Pick<ReadModelQueries, 'loads' | 'moments'>,
  { moment, occurred }: AskedMoment,
  present: { readonly sequence: number; readonly now: string },
): { readonly asOf: AsOfAbout; readonly text: string } {
  const { sequence: last, now } = present;
  const sequence = moment === undefined || occurred ? last : sequenceAt(moment, moments, last);
  const text = moment?.kind === 'time' ? moment.text : (loads.newest({ sequence })?.asOf ?? now);
  const at = instantOf(text);
  return { asOf: { sequence, at, ...(occurred ? { occurredUntil: at } : {}) }, text };
}

/** When expiry and authorisation are judged at present: at the newest load's last operation, else now. */
export function judgedAt(readModels: ReadModels, now: string): string {
  return ask(readModels, ['loads'], ({ loads }, known) => loads.newest(known)?.asOf ?? now).value;
}
