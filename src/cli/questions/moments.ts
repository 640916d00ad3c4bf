import { parseInstant, type Instant } from '../../domain/shared/time.js';
import type { MomentQuestions } from '../../projections/moments/questions.js';
import { optional, type Call } from '../command.js';
import { JobFailed, UsageError } from '../usage-error.js';

/** A moment as a user names it: a time (RFC 3339), or how many events of the ledger had been recorded. */
export type Moment =
  | { readonly kind: 'time'; readonly text: string; readonly instant: Instant }
  | { readonly kind: 'sequence'; readonly text: string; readonly sequence: number };

/** What a user may be shown of it. */
export const MOMENT_USAGE = 'a time such as 2026-09-01T08:00:00+08:00, or a sequence number';

/** @param name of what the text stands for @throws UsageError */
export function readMoment(text: string, name: string): Moment {
  const sequence = /^(?:sequence:)?(\d{1,15})$/.exec(text)?.[1];
  if (sequence !== undefined) return { kind: 'sequence', text, sequence: Number(sequence) };
  const instant = parseInstant(text);
  if (instant !== undefined) return { kind: 'time', text, instant };
  throw new UsageError(`${name} must be ${MOMENT_USAGE}, not ${text}`);
}

/** The moment that a question is asked about; undefined: the present. */
export interface AskedMoment {
  readonly moment: Moment | undefined;
  /** As it is known now about then, and not as it was known then. */
  readonly occurred: boolean;
}

export const THE_PRESENT: AskedMoment = { moment: undefined, occurred: false };

export const AS_OF_OPTIONS = { 'as-of': { type: 'string' }, occurred: { type: 'boolean' } } as const;

export const AS_OF_USAGE = `  --as-of M      as it was known then: ${MOMENT_USAGE}
  --occurred     with a time: as it is known now about then, whenever it was recorded`;

/** @throws UsageError */
export function readAskedMoment(call: Call): AskedMoment {
  const text = optional(call, 'as-of');
  const moment = text === undefined ? undefined : readMoment(text, '--as-of');
  const occurred = call.values['occurred'] === true;
  if (occurred && moment?.kind !== 'time') throw new UsageError('--occurred needs --as-of with a time');
  return { moment, occurred };
}

/** How much of the ledger a moment stands for. @throws JobFailed for a sequence that the ledger has not reached */
export function sequenceAt(moment: Moment, moments: MomentQuestions, last: number): number {
  if (moment.kind === 'time') return Math.min(moments.sequenceAsOf(moment.instant), last);
  if (moment.sequence <= last) return moment.sequence;
  throw new JobFailed(`the ledger has ${last} events so far, not ${moment.sequence}`);
}
