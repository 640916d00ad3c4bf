import { MAIN_POOL, type IssueAnswer, type IssueBody } from '../order/commands.js';
import { order, orderConflict } from '../order/decide.js';
import type { OrderFulfilled } from '../order/events.js';
import type { FulfilledOrder } from '../order/state.js';
import { attemptOf } from '../shared/attempt.js';
import { unreachable } from '../shared/event.js';
import { requireValid } from '../shared/faults.js';
import { START_POSITION, type CommandContext, type Executed, type Ledger } from '../shared/ledger.js';
import { formatAmount, parseAmount, readAmount } from '../shared/money.js';
import { Refusal } from '../shared/refusal.js';
import type { Demand } from '../stock/events.js';
import { untilSettled } from './contention.js';
import { orMovedOn } from './moved-on.js';
import { authorisationsOf, currencyOf, isMerchant, shown, unchanged } from './facts.js';
import { settleReservation } from './settle-reservation.js';
import { orderTarget, stockTarget } from './targets.js';

/**
 * Issues units to an order in two appends: the stock sets them aside under a reservation bound to the order's next
 * revision, then the order records that it is fulfilled. The answer is given after the second; whatever dies between
 * them leaves a reservation that somebody settles, and never half an order.
 */
export async function issueOrder(
  ledger: Ledger,
  body: IssueBody,
  context: CommandContext,
): Promise<Executed<IssueAnswer>> {
  return untilSettled(`order ${String(body.orderNo)}`, () => attemptIssue(ledger, body, context));
}

async function attemptIssue(
  ledger: Ledger,
  body: IssueBody,
  context: CommandContext,
): Promise<Executed<IssueAnswer> | 'again'> {
  const standing = await standingOf(ledger, body);
  if (standing.nextRevision > 0) {
    const answered =
      (await recalledIssue(ledger, body, context, standing)) ??
      (await repeatedIssue(ledger, body, context, standing));
    if (answered !== undefined) return answered;
  }
  const { nextRevision } = standing;
  const currency = await unlessMovedOn(ledger, body, nextRevision, async () => {
    const known = await currencyOfIssue(ledger, body);
    requireValid(body);
    return known;
  });
  if (currency === 'again') return 'again';
  return reserveAndFulfil(ledger, { body, currency, nextRevision }, context);
}

/** Nobody is refused for a body whose number may be used up already, by an order that would be answered otherwise. */
async function unlessMovedOn<Result>(
  ledger: Ledger,
  body: IssueBody,
  nextRevision: number,
  step: () => Promise<Result>,
): Promise<Result | 'again'> {
  const { merchantId, orderNo } = body;
  if (typeof merchantId !== 'string' || typeof orderNo !== 'string') return step();
  return orMovedOn(ledger, orderTarget(merchantId, orderNo), nextRevision, step);
}

interface OrderStanding {
  readonly nextRevision: number;
  readonly fulfilled: FulfilledOrder | undefined;
  readonly position: number;
}

const NEW_ORDER: OrderStanding = { nextRevision: 0, fulfilled: undefined, position: START_POSITION };

/** Most orders are new, and what is only presumed here is proved where the order is fulfilled (decision 0013). */
async function standingOf(ledger: Ledger, { merchantId, orderNo }: IssueBody): Promise<OrderStanding> {
  if (typeof merchantId !== 'string' || typeof orderNo !== 'string') return NEW_ORDER;
  return ledger.ask(
    orderTarget(merchantId, orderNo),
    ({ nextRevision, fulfilled }, { position }) => ({ nextRevision, fulfilled, position }),
    { presumeEmpty: true },
  );
}

/** The first answer again, where this very command was recorded. */
async function recalledIssue(
  ledger: Ledger,
  body: IssueBody,
  context: CommandContext,
  { position }: OrderStanding,
): Promise<Executed<IssueAnswer> | undefined> {
  const events = await ledger.recall(orderTarget(body.merchantId, body.orderNo), context.commandId);
  const answer = events === undefined ? undefined : order.recall(events);
  if (answer instanceof Refusal) throw answer;
  if (answer?.kind !== 'fulfilled') return undefined;
  return { answer: { outcome: 'fulfilled', units: answer.units }, position, recalled: true };
}

/** Another command for a number that is used up: the same body gets the same answer, another is refused. */
async function repeatedIssue(
  ledger: Ledger,
  body: IssueBody,
  context: CommandContext,
  { fulfilled, position }: OrderStanding,
): Promise<Executed<IssueAnswer> | undefined> {
  if (fulfilled === undefined) return undefined;
  if (isSameOrder(fulfilled, body)) {
    return unchanged({ outcome: 'replayed', units: fulfilled.units }, position);
  }
  const { merchantId, orderNo } = body;
  const offered = {
    sku: shown(body.sku),
    quantity: shown(body.quantity),
    unitPrice: shown(body.unitPrice),
    pool: shown(body.pool ?? MAIN_POOL),
  };
  await ledger.execute(
    orderTarget(merchantId, orderNo),
    { kind: 'note-conflict', conflict: { merchantId, orderNo, offered } },
    context,
  );
  throw orderConflict(orderNo);
}

function isSameOrder(fulfilled: FulfilledOrder, body: IssueBody): boolean {
  if (body.sku !== fulfilled.sku || body.quantity !== fulfilled.quantity) return false;
  if ((body.pool ?? MAIN_POOL) !== fulfilled.pool) return false;
  return parseAmount(body.unitPrice) === readAmount(fulfilled.unitPrice.amount);
}

async function currencyOfIssue(ledger: Ledger, body: IssueBody): Promise<string> {
  if (!(await isMerchant(ledger, body.merchantId))) {
    throw new Refusal('unknown_merchant', `no merchant ${shown(body.merchantId)}; register it first`);
  }
  const currency = await currencyOf(ledger, body.sku);
  if (currency === undefined)
    throw new Refusal('unknown_sku', `no product ${shown(body.sku)}; define it first`);
  return currency;
}

interface Wanted {
  readonly body: IssueBody;
  readonly currency: string;
  readonly nextRevision: number;
}

async function reserveAndFulfil(
  ledger: Ledger,
  wanted: Wanted,
  context: CommandContext,
): Promise<Executed<IssueAnswer> | 'again'> {
  const { body, currency, nextRevision } = wanted;
  const { merchantId, orderNo, sku, quantity } = body;
  const pool = body.pool ?? MAIN_POOL;
  const unitPrice = { amount: formatAmount(parseAmount(body.unitPrice) as bigint), currency };
  const demand: Demand = { kind: 'order', merchantId, orderNo };
  const attempt = attemptOf([merchantId, orderNo, sku], nextRevision);
  const asked = JSON.stringify([sku, quantity, unitPrice.amount, pool]);
  const sourcing = await authorisationsOf(ledger, sku, context.at);
  const reserved = await unlessMovedOn(ledger, body, nextRevision, () =>
    ledger.execute(
      stockTarget(sku),
      { kind: 'reserve', sku, attempt, demand, asked, pool, quantity, ...sourcing },
      context,
    ),
  );
  if (reserved === 'again') return 'again';
  switch (reserved.answer.kind) {
    case 'occupied': {
      const { reservationId } = reserved.answer;
      await settleReservation(ledger, { sku, reservationId, merchantId, orderNo }, context);
      return 'again';
    }
    case 'done':
      throw new RangeError('a stock answered a reservation without units');
    case 'reserved':
      break;
    default:
      return unreachable(reserved.answer);
  }
  const { reservationId, units } = reserved.answer;
  const payload = {
    merchantId,
    orderNo,
    sku,
    pool,
    quantity,
    unitPrice,
    reservationId,
    units,
    saw: sourcing.saw,
  };
  return fulfil(ledger, payload, context);
}

async function fulfil(
  ledger: Ledger,
  payload: OrderFulfilled['payload'],
  context: CommandContext,
): Promise<Executed<IssueAnswer> | 'again'> {
  const { merchantId, orderNo, sku, reservationId } = payload;
  const fulfilled = await ledger.execute(
    orderTarget(merchantId, orderNo),
    { kind: 'fulfil', order: payload },
    context,
    { recall: false, onPresumption: true },
  );
  if (fulfilled.answer.kind !== 'fulfilled') {
    await settleReservation(ledger, { sku, reservationId, merchantId, orderNo }, context);
    return 'again';
  }
  ledger.ride(stockTarget(sku), { kind: 'confirm', sku, reservationId }, context);
  return {
    answer: { outcome: 'fulfilled', units: fulfilled.answer.units },
    position: fulfilled.position,
    recalled: false,
  };
}
