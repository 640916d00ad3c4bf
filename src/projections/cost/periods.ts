/**
 * Sequences that share one periodic balance. A question as of a sequence adds at most so many events' postings to the
 * balance of the period before.
 */
const PERIOD_SEQUENCES = 4096;

/** The period that holds a sequence. */
export function periodOf(sequence: number): number {
  return Math.floor(sequence / PERIOD_SEQUENCES);
}

export function firstSequenceOf(period: number): number {
  return period * PERIOD_SEQUENCES;
}
