import { unreachable } from '../shared/event.js';
import type { CommandContext, Ledger } from '../shared/ledger.js';
import { orderTarget, stockTarget } from './targets.js';

export interface LeftReservation {
  readonly sku: string;
  readonly reservationId: string;
  readonly merchantId: string;
  readonly orderNo: string;
}

/**
 * Brings a reservation that was left over to its end. The order's stream decides: used there, it is confirmed; else that stream
 * moves on, so that a stalled owner can never use it, and the units are free again.
 */
export async function settleReservation(
  ledger: Ledger,
  left: LeftReservation,
  context: CommandContext,
): Promise<void> {
  const { sku, reservationId, merchantId, orderNo } = left;
  const reason = 'its attempt came to nothing';
  const target = orderTarget(merchantId, orderNo);
  // What is cached may be older than the reservation: it was made by whoever knew the order's newest revision.
  ledger.refresh(target);
  const { answer } = await ledger.execute(
    target,
    { kind: 'abandon', merchantId, orderNo, reservationId, reason },
    context,
    { recall: false },
  );
  switch (answer.kind) {
    case 'used':
      await ledger.execute(stockTarget(sku), { kind: 'confirm', sku, reservationId }, context, {
        recall: false,
      });
      return;
    case 'void':
      await ledger.execute(stockTarget(sku), { kind: 'release', sku, reservationId, reason }, context, {
        recall: false,
      });
      return;
    case 'done':
    case 'fulfilled':
    case 'superseded':
    case 'revealed':
      throw new RangeError(`an order's stream answered ${answer.kind} to an abandoned attempt`);
    default:
      return unreachable(answer);
  }
}
