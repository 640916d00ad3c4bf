import { orderRevisionOf } from '../shared/attempt.js';
import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable, type Seen } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';
import { Refusal } from '../shared/refusal.js';
import type { SourcedRange } from '../shared/units.js';
import type {
  KeysRevealed,
  OrderConflictRecorded,
  OrderEvent,
  OrderFulfilled,
  SettledPlace,
} from './events.js';
import { evolveOrder, initialOrder, offeredText, unitOf, type OrderState, type Place } from './state.js';

export type OrderCommand =
  | { readonly kind: 'fulfil'; readonly order: OrderFulfilled['payload'] }
  | {
      readonly kind: 'abandon';
      readonly merchantId: string;
      readonly orderNo: string;
      readonly reservationId: string;
      readonly reason: string;
    }
  | ({ readonly kind: 'settle' } & SettleUnits)
  | { readonly kind: 'note-conflict'; readonly conflict: OrderConflictRecorded['payload'] }
  | {
      readonly kind: 'reveal';
      readonly merchantId: string;
      readonly orderNo: string;
      readonly purpose: string;
      readonly units: readonly number[];
    };

export interface SettleUnits {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly refundNo: string;
  readonly units: readonly number[];
  readonly reason: 'bad_key' | 'goodwill';
  readonly remedy: 'refund' | 'replace';
  /** The units set aside for a replacement, one for each place in the order that `units` names them. */
  readonly reserved: { readonly reservationId: string; readonly units: readonly SourcedRange[] } | null;
  readonly saw: readonly Seen[];
}

export type OrderAnswer =
  | Done
  | { readonly kind: 'fulfilled'; readonly units: readonly SourcedRange[] }
  /** The order's stream moved on since the reservation was made: it can never be used. */
  | { readonly kind: 'superseded' }
  /** What became of a reservation: it was used, or it never can be. */
  | { readonly kind: 'used' | 'void' }
  | { readonly kind: 'revealed'; readonly keys: KeysRevealed['payload']['keys'] };

type OrderDecision = Decision<OrderEvent, OrderAnswer>;

function decide(state: OrderState, command: OrderCommand): OrderDecision {
  switch (command.kind) {
    case 'fulfil':
      return fulfil(state, command.order);
    case 'abandon':
      return abandon(state, command);
    case 'settle':
      return settle(state, command);
    case 'note-conflict':
      return noteConflict(state, command.conflict);
    case 'reveal':
      return reveal(state, command);
    default:
      return unreachable(command);
  }
}

/** The same offer again is refused without another event. */
function noteConflict(state: OrderState, conflict: OrderConflictRecorded['payload']): OrderDecision {
  const refusal = orderConflict(conflict.orderNo);
  if (state.conflicts.has(offeredText(conflict.offered))) return refuse(refusal);
  return refuse<OrderEvent>(refusal, { type: 'OrderConflictRecorded', schemaVersion: 1, payload: conflict });
}

export function orderConflict(orderNo: string): Refusal {
  return new Refusal(
    'order_conflict',
    `order ${orderNo} was fulfilled with another body; use a new number for another order`,
  );
}

export function unknownOrder(orderNo: string): Refusal {
  return new Refusal('unknown_order', `the merchant has no fulfilled order ${orderNo}; check the number`);
}

function fulfil(state: OrderState, order: OrderFulfilled['payload']): OrderDecision {
  if (state.fulfilled !== undefined || state.nextRevision !== orderRevisionOf(order.reservationId)) {
    return accept([], { kind: 'superseded' });
  }
  return accept([{ type: 'OrderFulfilled', schemaVersion: 1, payload: order }], {
    kind: 'fulfilled',
    units: order.units,
  });
}

function wasUsed(state: OrderState, reservationId: string): boolean {
  if (state.fulfilled?.reservationId === reservationId) return true;
  return [...state.settlements.values()].some((settlement) => settlement.reservationId === reservationId);
}

/** Makes sure that a left-over reservation either was used or never can be. */
function abandon(state: OrderState, command: Extract<OrderCommand, { kind: 'abandon' }>): OrderDecision {
  const { merchantId, orderNo, reservationId, reason } = command;
  if (wasUsed(state, reservationId)) return accept([], { kind: 'used' });
  if (state.nextRevision !== orderRevisionOf(reservationId)) return accept([], { kind: 'void' });
  const payload = { merchantId, orderNo, reservationId, reason };
  return accept([{ type: 'OrderAttemptAbandoned', schemaVersion: 1, payload }], { kind: 'void' });
}

/** Why places cannot be settled, if they cannot: every place must exist before any is asked whether it is settled. */
export function refusalOfPlaces(
  state: OrderState,
  orderNo: string,
  units: readonly number[],
): Refusal | undefined {
  if (state.fulfilled === undefined) return unknownOrder(orderNo);
  const beyond = units.find((place) => place < 1 || place > state.places.length);
  if (beyond !== undefined) {
    return new Refusal(
      'unit_out_of_range',
      `order ${orderNo} has places 1 to ${state.places.length}, not ${beyond}`,
    );
  }
  const settled = units.find((place) => (state.places[place - 1] as Place).settled);
  if (settled === undefined) return undefined;
  return new Refusal('already_settled', `place ${settled} of order ${orderNo} was refunded already`);
}

function settle(state: OrderState, command: SettleUnits): OrderDecision {
  if (state.settlements.has(command.refundNo)) return accept([], DONE);
  const { reserved } = command;
  if (reserved !== null && state.nextRevision !== orderRevisionOf(reserved.reservationId)) {
    return accept([], { kind: 'superseded' });
  }
  const refusal = refusalOfPlaces(state, command.orderNo, command.units);
  if (refusal !== undefined) return refuse(refusal);
  return accept([settlementOf(state, command)], DONE);
}

function settlementOf(state: OrderState, command: SettleUnits): OrderEvent {
  const { merchantId, orderNo, refundNo, reason, remedy, reserved, saw } = command;
  const { sku, pool, unitPrice } = state.fulfilled as { sku: string; pool: string; unitPrice: MoneyText };
  const replacements = (reserved?.units ?? []).flatMap((range) =>
    Array.from({ length: range.count }, (_, unit) => unitOf(range, unit)),
  );
  const wanted = remedy === 'replace' ? command.units.length : 0;
  if (replacements.length !== wanted) {
    throw new RangeError(
      `refund ${refundNo} needs ${wanted} units to replace with, not ${replacements.length}`,
    );
  }
  const places: SettledPlace[] = command.units.map((place, index) => ({
    place,
    voided: (state.places[place - 1] as Place).unit,
    replacement: replacements[index] ?? null,
  }));
  const reservationId = reserved?.reservationId ?? null;
  const payload = {
    merchantId,
    orderNo,
    refundNo,
    sku,
    pool,
    unitPrice,
    reason,
    remedy,
    reservationId,
    places,
    saw,
  };
  return { type: 'UnitsSettled', schemaVersion: 1, payload };
}

/** Why keys cannot be revealed, if they cannot: only one that holds a place of a fulfilled order can. */
export function refusalOfReveal(
  state: OrderState,
  orderNo: string,
  units: readonly number[],
): Refusal | undefined {
  const refusal = refusalOfPlaces(state, orderNo, units);
  if (refusal?.code !== 'already_settled') return refusal;
  return new Refusal('unit_void', `a place of order ${orderNo} that was named was refunded; its key is void`);
}

function reveal(state: OrderState, command: Extract<OrderCommand, { kind: 'reveal' }>): OrderDecision {
  const { merchantId, orderNo, purpose, units } = command;
  const refusal = refusalOfReveal(state, orderNo, units);
  if (refusal !== undefined) return refuse(refusal);
  const keys = units.map((place) => {
    const { lotId, firstSerial } = (state.places[place - 1] as Place).unit;
    return { place, lotId, serial: firstSerial };
  });
  const payload = { merchantId, orderNo, purpose, keys };
  return accept([{ type: 'KeysRevealed', schemaVersion: 1, payload }], { kind: 'revealed', keys });
}

/** A command may have settled what another left behind before it did its own: its last word counts. */
function recall(events: readonly OrderEvent[]): OrderAnswer | Refusal | undefined {
  const event = events.at(-1);
  switch (event?.type) {
    case 'OrderFulfilled':
      return { kind: 'fulfilled', units: event.payload.units };
    case 'OrderConflictRecorded':
      return orderConflict(event.payload.orderNo);
    case 'KeysRevealed':
      return { kind: 'revealed', keys: event.payload.keys };
    case 'UnitsSettled':
      return DONE;
    case 'OrderAttemptAbandoned':
    case undefined:
      return undefined;
    default:
      return unreachable(event);
  }
}

export const order: Decider<OrderState, OrderCommand, OrderEvent, OrderAnswer> = {
  category: 'order',
  initial: initialOrder,
  decide,
  evolve: evolveOrder,
  recall,
};
