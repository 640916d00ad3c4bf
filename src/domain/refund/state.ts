import { unreachable } from '../shared/event.js';
import type { RefundBody, RefundConflictRecorded, RefundEvent, RefundOpened } from './events.js';

/** A refund on its way to an outcome. */
export interface OpenRefund {
  readonly body: RefundBody;
  readonly attempt: number;
  /** Of the command that opened it. */
  readonly commandId: string;
}

export interface RefundState {
  /** How often the number was opened: an attempt after a refusal is a new one. */
  attempts: number;
  /** Other bodies that came for the number, as canonical JSON: a repeat is no new fact. At most sixteen. */
  readonly conflicts: Set<string>;
  standing:
    | { readonly kind: 'free' }
    | ({ readonly kind: 'open' } & OpenRefund)
    | { readonly kind: 'completed'; readonly body: RefundBody };
}

const CONFLICTS_MAX = 16;

/** One form for one offered body. */
export function offeredText(offered: RefundConflictRecorded['payload']['offered']): string {
  return JSON.stringify([offered.orderNo, offered.units, offered.reason, offered.remedy]);
}

export function initialRefund(): RefundState {
  return { attempts: 0, conflicts: new Set(), standing: { kind: 'free' } };
}

export function evolveRefund(state: RefundState, event: RefundEvent): RefundState {
  switch (event.type) {
    case 'RefundOpened':
      state.attempts = event.payload.attempt;
      state.standing = { kind: 'open', ...openRefundOf(event.payload) };
      return state;
    case 'RefundCompleted':
      state.standing = { kind: 'completed', body: event.payload };
      return state;
    case 'RefundRefused':
      state.standing = { kind: 'free' };
      return state;
    case 'RefundConflictRecorded':
      remember(state.conflicts, offeredText(event.payload.offered));
      return state;
    default:
      return unreachable(event);
  }
}

/** What an opened refund's event says of it. */
export function openRefundOf({ attempt, commandId, ...body }: RefundOpened['payload']): OpenRefund {
  return { body, attempt, commandId };
}

/** The same order, places (as a set), reason and remedy. Takes what a caller sent, whatever it is. */
export function isSameRefund(
  body: RefundBody,
  offered: { orderNo: unknown; units: unknown; reason: unknown; remedy: unknown },
): boolean {
  if (offered.orderNo !== body.orderNo || offered.reason !== body.reason || offered.remedy !== body.remedy)
    return false;
  if (!Array.isArray(offered.units)) return false;
  const places = new Set<unknown>(offered.units);
  return places.size === new Set(body.units).size && body.units.every((place) => places.has(place));
}

/** The newest sixteen are remembered. */
function remember(conflicts: Set<string>, offered: string): void {
  conflicts.delete(offered);
  conflicts.add(offered);
  if (conflicts.size <= CONFLICTS_MAX) return;
  const oldest = conflicts.values().next();
  if (oldest.done !== true) conflicts.delete(oldest.value);
}
