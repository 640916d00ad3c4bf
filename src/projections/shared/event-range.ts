import type { Instant } from '../../domain/shared/time.js';
import type { KnownAbout } from './as-of.js';
import { EVER } from './as-of.js';

/** Part of the ledger: the events after one sequence up to another, and of those what occurred between two moments. */
export interface EventRange {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly until: number;
  /** Exclusive; whenever unless told. */
  readonly occurredAfter?: Instant | undefined;
  /** Inclusive; whenever unless told. */
  readonly occurredUntil?: Instant | undefined;
}

/** The moments of a range, in the order of a statement's parameters. */
export function occurrenceOf(range: EventRange): readonly [after: Instant, until: Instant] {
  return [range.occurredAfter ?? -EVER, range.occurredUntil ?? EVER];
}

/** What is known at the range's beginning and at its end: they differ by the range's events. */
export function endsOf(range: EventRange): { readonly before: KnownAbout; readonly after: KnownAbout } {
  const { after, until, occurredAfter, occurredUntil } = range;
  return {
    before:
      occurredAfter === undefined ? { sequence: after } : { sequence: until, occurredUntil: occurredAfter },
    after: { sequence: until, ...(occurredUntil === undefined ? {} : { occurredUntil }) },
  };
}
