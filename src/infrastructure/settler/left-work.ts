import { openRefundOf } from '../../domain/refund/state.js';
import type { LeftWork } from '../../domain/processes/finish-left-work.js';
import { instantOf, type Instant } from '../../domain/shared/time.js';
import type {
  OutstandingReservation,
  UnfinishedImport,
  UnsettledQuestions,
} from '../../projections/unsettled/questions.js';

/** How many pieces of each kind are looked at in one sweep. */
const PIECES_MAX = 256;

/** A piece of work with the time that its command was decided at. */
export interface DatedWork {
  readonly work: LeftWork;
  /** Undefined where the present decides. */
  readonly occurredAt: string | undefined;
}

/** What has been left since before a moment, oldest first; what is younger may still be in its owner's hands. */
export function leftBefore(questions: UnsettledQuestions, moment: Instant): DatedWork[] {
  const isLeft = ({ recordedAt }: { readonly recordedAt: string }): boolean => instantOf(recordedAt) < moment;
  return [
    ...questions.reservations(PIECES_MAX).filter(isLeft).flatMap(reservationWork),
    ...questions
      .refunds(PIECES_MAX)
      .filter(isLeft)
      .map(({ opened, occurredAt }) => ({
        work: { kind: 'refund', refund: openRefundOf(opened) } as const,
        occurredAt,
      })),
    ...questions.imports(PIECES_MAX).filter(isLeft).flatMap(importWork),
  ];
}

function reservationWork({ sku, reservationId, demand }: OutstandingReservation): DatedWork[] {
  if (demand.kind === 'transfer') return [];
  const { merchantId, orderNo } = demand;
  const reservation = { sku, reservationId, merchantId, orderNo };
  return [{ work: { kind: 'reservation', reservation }, occurredAt: undefined }];
}

/** An import that is only open waits for its file; whoever needs the registry next gives it up. */
function importWork({ terms, stage }: UnfinishedImport): DatedWork[] {
  if (stage === 'opened') return [];
  const kind = stage === 'completed' ? 'completed-import' : 'abandoned-import';
  return [{ work: { kind, terms }, occurredAt: undefined }];
}
