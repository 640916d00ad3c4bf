import type { Demand } from '../../domain/stock/events.js';
import type { ImportTerms } from '../../domain/key-registry/events.js';
import type { RefundOpened } from '../../domain/refund/events.js';

/** Units set aside for an attempt that is neither confirmed nor released. */
export interface OutstandingReservation {
  readonly sku: string;
  readonly reservationId: string;
  readonly demand: Demand;
  readonly recordedAt: string;
  readonly sequence: number;
}

/** A refund that was opened and has no outcome. */
export interface OpenRefund {
  /** As it was opened: body, attempt and the command that asked for it. */
  readonly opened: RefundOpened['payload'];
  /** The deciding time of the command that opened it. */
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly sequence: number;
}

/**
 * An import that is under way: its keys are still coming (`opened`), they are all known and its lot has not fully entered
 * the stock (`completed`), or it was given up and its receipt is not cancelled yet (`abandoned`).
 */
export interface UnfinishedImport {
  readonly terms: ImportTerms;
  readonly stage: 'opened' | 'completed' | 'abandoned';
  /** When it last made progress. */
  readonly recordedAt: string;
  readonly sequence: number;
}

/** All lists are oldest first. */
export interface UnsettledQuestions {
  reservations(limit: number): readonly OutstandingReservation[];
  refunds(limit: number): readonly OpenRefund[];
  imports(limit: number): readonly UnfinishedImport[];
}
