import type { Instant } from '../../domain/shared/time.js';

/** How much of the ledger a question looks at. */
export interface Known {
  /** The last event of the ledger's sequence that counts, as it was known then; all the model has unless told. */
  readonly sequence?: number;
}

/** How much of the ledger a question looks at, and when expiry and authorisation are judged. */
export interface AsOf extends Known {
  readonly at: Instant;
}

/** As known now (or at a sequence) about then: only what had happened by a moment, whenever it was recorded. */
export interface KnownAbout extends Known {
  readonly occurredUntil?: Instant;
}

/** `AsOf` with `KnownAbout`. */
export interface AsOfAbout extends AsOf, KnownAbout {}

/** Later than every event: what a question without a sequence is answered with. */
export const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER;

/** After every time: what a question that does not ask about a moment is answered with. */
export const EVER: Instant = Number.MAX_SAFE_INTEGER;

export function sequenceOf(known: Known): number {
  return known.sequence ?? SEQUENCE_MAX;
}

/** The last sequence that counts and the last moment of occurrence that counts, in the order of a statement's parameters. */
export function boundsOf(known: KnownAbout): readonly [sequence: number, occurredUntil: Instant] {
  return [sequenceOf(known), known.occurredUntil ?? EVER];
}
