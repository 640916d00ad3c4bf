import { refusalOfPlaces, unknownOrder } from '../order/decide.js';
import type { RefundAnswer, RefundRequestBody } from '../refund/commands.js';
import { refund, refundConflict } from '../refund/decide.js';
import type { RefundBody } from '../refund/events.js';
import { isSameRefund, type OpenRefund, type RefundState } from '../refund/state.js';
import { unreachable } from '../shared/event.js';
import { requireValid } from '../shared/faults.js';
import { START_POSITION, type CommandContext, type Executed, type Ledger } from '../shared/ledger.js';
import { Refusal } from '../shared/refusal.js';
import { carryOnRefund } from './carry-on-refund.js';
import { untilSettled } from './contention.js';
import { shown, unchanged } from './facts.js';
import { orderTarget, refundTarget } from './targets.js';

/**
 * Refunds or replaces places of an order: the refund's stream opens, a replacement is set aside, the order settles its
 * places, the refund's stream records the outcome. After a refusal the number is free again; a refund that was left open
 * is carried on by whoever comes next.
 */
export async function refundOrder(
  ledger: Ledger,
  body: RefundRequestBody,
  context: CommandContext,
): Promise<Executed<RefundAnswer>> {
  return untilSettled(`refund ${shown(body.refundNo)}`, () => attemptRefund(ledger, body, context));
}

async function attemptRefund(
  ledger: Ledger,
  body: RefundRequestBody,
  context: CommandContext,
): Promise<Executed<RefundAnswer> | 'again'> {
  const standing = await standingOf(ledger, body);
  if (standing.revision >= 0) {
    const answered =
      (await recalledRefund(ledger, body, context, standing)) ??
      (await knownRefund(ledger, body, context, standing));
    if (answered !== undefined) return answered;
  }
  await requireSettleable(ledger, body);
  const { merchantId, refundNo, orderNo, units, reason, remedy } = body;
  const terms: RefundBody = { merchantId, refundNo, orderNo, units, reason, remedy };
  const opened = await ledger.execute(
    refundTarget(merchantId, refundNo),
    { kind: 'open', body: terms, commandId: context.commandId },
    context,
    { recall: false },
  );
  switch (opened.answer.kind) {
    case 'open': {
      const position = await carryOnRefund(ledger, opened.answer, context);
      return { answer: { outcome: 'completed' }, position, recalled: false };
    }
    case 'busy':
    case 'completed':
      return 'again';
    case 'done':
      throw new RangeError('a refund opened without an attempt');
    default:
      return unreachable(opened.answer);
  }
}

interface RefundStanding {
  readonly revision: number;
  readonly position: number;
  readonly standing: RefundState['standing'];
}

async function standingOf(
  ledger: Ledger,
  { merchantId, refundNo }: RefundRequestBody,
): Promise<RefundStanding> {
  if (typeof merchantId !== 'string' || typeof refundNo !== 'string') {
    return { revision: -1, position: START_POSITION, standing: { kind: 'free' } };
  }
  return ledger.ask(refundTarget(merchantId, refundNo), ({ standing }, { revision, position }) => ({
    standing,
    revision,
    position,
  }));
}

async function recalledRefund(
  ledger: Ledger,
  body: RefundRequestBody,
  context: CommandContext,
  { position }: RefundStanding,
): Promise<Executed<RefundAnswer> | undefined> {
  const events = await ledger.recall(refundTarget(body.merchantId, body.refundNo), context.commandId);
  const answer = events === undefined ? undefined : refund.recall(events);
  if (answer instanceof Refusal) throw answer;
  return answer?.kind === 'done' ? { answer: { outcome: 'completed' }, position, recalled: true } : undefined;
}

/** A number that is in use: the same body gets the same answer, another is refused, an open one is brought to its end. */
async function knownRefund(
  ledger: Ledger,
  body: RefundRequestBody,
  context: CommandContext,
  { standing, position }: RefundStanding,
): Promise<Executed<RefundAnswer> | 'again' | undefined> {
  switch (standing.kind) {
    case 'free':
      return undefined;
    case 'completed':
      if (isSameRefund(standing.body, body)) return unchanged({ outcome: 'replayed' }, position);
      return refuseConflict(ledger, body, context);
    case 'open':
      return endOpenRefund(ledger, body, context, standing);
    default:
      return unreachable(standing);
  }
}

async function refuseConflict(
  ledger: Ledger,
  body: RefundRequestBody,
  context: CommandContext,
): Promise<never> {
  const { merchantId, refundNo } = body;
  const offered = {
    orderNo: shown(body.orderNo),
    units: shown(body.units),
    reason: shown(body.reason),
    remedy: shown(body.remedy),
  };
  await ledger.execute(
    refundTarget(merchantId, refundNo),
    { kind: 'note-conflict', conflict: { merchantId, refundNo, offered } },
    context,
  );
  throw refundConflict(refundNo);
}

/** The same body's outcome is the answer; another body's is not, and the number is looked at again. */
async function endOpenRefund(
  ledger: Ledger,
  body: RefundRequestBody,
  context: CommandContext,
  open: OpenRefund,
): Promise<Executed<RefundAnswer> | 'again'> {
  try {
    const position = await carryOnRefund(ledger, open, context);
    return isSameRefund(open.body, body)
      ? { answer: { outcome: 'completed' }, position, recalled: false }
      : 'again';
  } catch (error) {
    if (error instanceof Refusal && !isSameRefund(open.body, body)) return 'again';
    throw error;
  }
}

async function requireSettleable(ledger: Ledger, body: RefundRequestBody): Promise<void> {
  const { merchantId, orderNo } = body;
  if (typeof merchantId !== 'string' || typeof orderNo !== 'string') throw unknownOrder(shown(orderNo));
  const target = orderTarget(merchantId, orderNo);
  if (!(await ledger.ask(target, (state) => state.fulfilled !== undefined))) throw unknownOrder(orderNo);
  requireValid(body);
  const refusal = await ledger.ask(target, (state) => refusalOfPlaces(state, orderNo, body.units));
  if (refusal !== undefined) throw refusal;
}
