import type { ImportTerms } from '../key-registry/events.js';
import type { ImportDesk } from '../key-registry/import-desk.js';
import type { OpenRefund } from '../refund/state.js';
import { unreachable } from '../shared/event.js';
import type { CommandContext, Ledger } from '../shared/ledger.js';
import { Refusal } from '../shared/refusal.js';
import { carryOnRefund } from './carry-on-refund.js';
import { cancelReceipt, enterStock } from './import-steps.js';
import { settleReservation, type LeftReservation } from './settle-reservation.js';

/** What somebody began and left: each comes to its end by one of the protocols' own steps. */
export type LeftWork =
  | { readonly kind: 'reservation'; readonly reservation: LeftReservation }
  | { readonly kind: 'refund'; readonly refund: OpenRefund }
  /** All its keys are registered: it goes forward into the stock. */
  | { readonly kind: 'completed-import'; readonly terms: ImportTerms }
  /** Given up: the order line gets back what it took. */
  | { readonly kind: 'abandoned-import'; readonly terms: ImportTerms };

export interface Workshop {
  readonly ledger: Ledger;
  readonly desk: ImportDesk;
  readonly context: CommandContext;
}

/** Finishes one piece of work. Doing it again, or while its owner wakes up, changes nothing more. */
export async function finishLeftWork({ ledger, desk, context }: Workshop, left: LeftWork): Promise<void> {
  switch (left.kind) {
    case 'reservation':
      return settleReservation(ledger, left.reservation, context);
    case 'refund':
      return endRefund(ledger, left.refund, context);
    case 'completed-import':
      await enterStock({ ledger, desk, context }, left.terms);
      return;
    case 'abandoned-import':
      return cancelReceipt({ ledger, context }, left.terms, 'its import was given up');
    default:
      return unreachable(left);
  }
}

/** A refusal is an outcome too: it is recorded, and the refund's number is free. */
async function endRefund(ledger: Ledger, refund: OpenRefund, context: CommandContext): Promise<void> {
  try {
    await carryOnRefund(ledger, refund, context);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
