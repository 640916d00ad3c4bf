import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable } from '../shared/event.js';
import { Refusal, type RefusalCode } from '../shared/refusal.js';
import type { RefundBody, RefundConflictRecorded, RefundEvent } from './events.js';
import {
  evolveRefund,
  initialRefund,
  isSameRefund,
  offeredText,
  type OpenRefund,
  type RefundState,
} from './state.js';

export type RefundCommand =
  | { readonly kind: 'open'; readonly body: RefundBody; readonly commandId: string }
  | { readonly kind: 'complete'; readonly attempt: number }
  | {
      readonly kind: 'refuse';
      readonly attempt: number;
      readonly code: RefusalCode;
      readonly message: string;
    }
  | { readonly kind: 'note-conflict'; readonly conflict: RefundConflictRecorded['payload'] };

export type RefundAnswerInStream =
  | Done
  /** Opened now, or open already with this body: carry it on. */
  | ({ readonly kind: 'open' } & OpenRefund)
  /** Open with another body: bring that one to its end first. */
  | ({ readonly kind: 'busy' } & OpenRefund)
  /** Completed meanwhile. */
  | { readonly kind: 'completed'; readonly body: RefundBody };

type RefundDecision = Decision<RefundEvent, RefundAnswerInStream>;

function decide(state: RefundState, command: RefundCommand): RefundDecision {
  switch (command.kind) {
    case 'open':
      return open(state, command.body, command.commandId);
    case 'complete':
      return complete(state, command.attempt);
    case 'refuse':
      return refuseAttempt(state, command);
    case 'note-conflict':
      return noteConflict(state, command.conflict);
    default:
      return unreachable(command);
  }
}

/** The same offer again is refused without another event. */
function noteConflict(state: RefundState, conflict: RefundConflictRecorded['payload']): RefundDecision {
  const refusal = refundConflict(conflict.refundNo);
  if (state.conflicts.has(offeredText(conflict.offered))) return refuse(refusal);
  return refuse<RefundEvent>(refusal, {
    type: 'RefundConflictRecorded',
    schemaVersion: 1,
    payload: conflict,
  });
}

export function refundConflict(refundNo: string): Refusal {
  return new Refusal(
    'refund_conflict',
    `refund ${refundNo} was made with another body; use a new number for another refund`,
  );
}

function open(state: RefundState, body: RefundBody, commandId: string): RefundDecision {
  const { standing } = state;
  switch (standing.kind) {
    case 'completed':
      return accept([], standing);
    case 'open':
      return accept([], { ...standing, kind: isSameRefund(standing.body, body) ? 'open' : 'busy' });
    case 'free': {
      const attempt = state.attempts + 1;
      const payload = { ...body, attempt, commandId };
      return accept([{ type: 'RefundOpened', schemaVersion: 1, payload }], {
        kind: 'open',
        body,
        attempt,
        commandId,
      });
    }
    default:
      return unreachable(standing);
  }
}

function complete(state: RefundState, attempt: number): RefundDecision {
  const { standing } = state;
  if (standing.kind !== 'open' || standing.attempt !== attempt) return accept([], DONE);
  const { merchantId, refundNo, orderNo, units, reason, remedy } = standing.body;
  const payload = { merchantId, refundNo, orderNo, units, reason, remedy, attempt };
  return accept([{ type: 'RefundCompleted', schemaVersion: 1, payload }], DONE);
}

function refuseAttempt(
  state: RefundState,
  command: Extract<RefundCommand, { kind: 'refuse' }>,
): RefundDecision {
  const { attempt, code, message } = command;
  const { standing } = state;
  const refusal = new Refusal(code, message);
  if (standing.kind !== 'open' || standing.attempt !== attempt) return refuse(refusal);
  const { merchantId, refundNo, orderNo } = standing.body;
  return refuse<RefundEvent>(refusal, {
    type: 'RefundRefused',
    schemaVersion: 1,
    payload: { merchantId, refundNo, orderNo, attempt, code, message },
  });
}

/** A command may have opened the refund and ended it one after the other: its last word counts. */
function recall(events: readonly RefundEvent[]): RefundAnswerInStream | Refusal | undefined {
  const event = events.at(-1);
  switch (event?.type) {
    case 'RefundCompleted':
      return DONE;
    case 'RefundRefused':
      return new Refusal(event.payload.code, event.payload.message);
    case 'RefundConflictRecorded':
      return refundConflict(event.payload.refundNo);
    case 'RefundOpened':
    case undefined:
      return undefined;
    default:
      return unreachable(event);
  }
}

export const refund: Decider<RefundState, RefundCommand, RefundEvent, RefundAnswerInStream> = {
  category: 'refund',
  initial: initialRefund,
  decide,
  evolve: evolveRefund,
  recall,
};
