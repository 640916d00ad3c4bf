import type { FulfilledOrder } from '../order/state.js';
import type { OpenRefund } from '../refund/state.js';
import { attemptOf } from '../shared/attempt.js';
import { unreachable, type Seen } from '../shared/event.js';
import type { CommandContext, Ledger } from '../shared/ledger.js';
import { Refusal } from '../shared/refusal.js';
import type { SourcedRange } from '../shared/units.js';
import { untilSettled } from './contention.js';
import { orMovedOn } from './moved-on.js';
import { authorisationsOf } from './facts.js';
import { settleReservation, type LeftReservation } from './settle-reservation.js';
import { orderTarget, refundTarget, stockTarget } from './targets.js';

/**
 * Brings an open refund to its outcome, from wherever it was left.
 * @returns the position of its completion
 * @throws Refusal once the refund's stream has recorded it and the number is free again
 */
export async function carryOnRefund(
  ledger: Ledger,
  open: OpenRefund,
  asker: CommandContext,
): Promise<number> {
  const own = asker.commandId === open.commandId;
  const context = own ? asker : { ...asker, commandId: open.commandId, causationId: asker.commandId };
  return untilSettled(`refund ${open.body.refundNo}`, () => attempt(ledger, open, context));
}

async function attempt(ledger: Ledger, open: OpenRefund, context: CommandContext): Promise<number | 'again'> {
  const { merchantId, orderNo, refundNo, remedy } = open.body;
  const standing = await ledger.ask(orderTarget(merchantId, orderNo), (state) => ({
    settled: state.settlements.has(refundNo),
    nextRevision: state.nextRevision,
    fulfilled: state.fulfilled,
  }));
  if (standing.settled) return complete(ledger, open, context);
  if (remedy === 'refund') return settle(ledger, open, null, context);
  if (standing.fulfilled === undefined)
    throw new RangeError(`refund ${refundNo} is open for an order that was never fulfilled`);
  const reserved = await reserve(
    ledger,
    open,
    { order: standing.fulfilled, nextRevision: standing.nextRevision },
    context,
  );
  return reserved === 'again' ? 'again' : settle(ledger, open, reserved, context);
}

interface Reserved extends LeftReservation {
  readonly units: readonly SourcedRange[];
  readonly saw: readonly Seen[];
}

async function reserve(
  ledger: Ledger,
  open: OpenRefund,
  { order, nextRevision }: { readonly order: FulfilledOrder; readonly nextRevision: number },
  context: CommandContext,
): Promise<Reserved | 'again'> {
  const { merchantId, refundNo, orderNo, units } = open.body;
  const { sku, pool } = order;
  const attempt = attemptOf(['refund', merchantId, refundNo, String(open.attempt), sku], nextRevision);
  const demand = { kind: 'refund', merchantId, refundNo, orderNo } as const;
  const sourcing = await authorisationsOf(ledger, sku, context.at);
  const command = {
    kind: 'reserve',
    sku,
    attempt,
    demand,
    asked: JSON.stringify(units),
    pool,
    quantity: units.length,
    ...sourcing,
  } as const;
  const target = orderTarget(merchantId, orderNo);
  const reserved = await orRefuse(ledger, open, context, () =>
    orMovedOn(ledger, target, nextRevision, () => ledger.execute(stockTarget(sku), command, context)),
  );
  if (reserved === 'again') return 'again';
  switch (reserved.answer.kind) {
    case 'reserved':
      return { sku, merchantId, orderNo, ...reserved.answer, saw: sourcing.saw };
    case 'occupied':
      await settleReservation(ledger, { sku, merchantId, orderNo, ...reserved.answer }, context);
      return 'again';
    case 'done':
      throw new RangeError('a stock answered a reservation without units');
    default:
      return unreachable(reserved.answer);
  }
}

async function settle(
  ledger: Ledger,
  open: OpenRefund,
  reserved: Reserved | null,
  context: CommandContext,
): Promise<number | 'again'> {
  const { merchantId, orderNo, refundNo, units, reason, remedy } = open.body;
  const command = {
    kind: 'settle',
    merchantId,
    orderNo,
    refundNo,
    units,
    reason,
    remedy,
    reserved,
    saw: reserved?.saw ?? [],
  } as const;
  const settled = await orRefuse(ledger, open, context, async () => {
    try {
      return await ledger.execute(orderTarget(merchantId, orderNo), command, context, { recall: false });
    } catch (error) {
      if (error instanceof Refusal && reserved !== null) await settleReservation(ledger, reserved, context);
      throw error;
    }
  });
  if (settled.answer.kind === 'superseded') {
    if (reserved !== null) await settleReservation(ledger, reserved, context);
    return 'again';
  }
  if (reserved !== null) {
    const { sku, reservationId } = reserved;
    ledger.ride(stockTarget(sku), { kind: 'confirm', sku, reservationId }, context);
  }
  return complete(ledger, open, context);
}

/** A refusal on the way is recorded as the refund's outcome before it is given. */
async function orRefuse<Result>(
  ledger: Ledger,
  { body, attempt: attemptNo }: OpenRefund,
  context: CommandContext,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message } = error;
    const command = { kind: 'refuse', attempt: attemptNo, code, message } as const;
    await ledger.execute(refundTarget(body.merchantId, body.refundNo), command, context, { recall: false });
    throw error;
  }
}

async function complete(
  ledger: Ledger,
  { body, attempt: attemptNo }: OpenRefund,
  context: CommandContext,
): Promise<number> {
  const target = refundTarget(body.merchantId, body.refundNo);
  const completed = await ledger.execute(target, { kind: 'complete', attempt: attemptNo }, context, {
    recall: false,
  });
  return completed.position;
}
