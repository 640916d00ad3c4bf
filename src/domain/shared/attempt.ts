import { encodePart } from './identifiers.js';

/**
 * One attempt to use an order's stream: what it is for, and the revision which that stream must take next for the
 * attempt to come to anything. Whatever is appended there first makes it void, so a stalled owner can do no harm later.
 */
export function attemptOf(purpose: readonly string[], orderRevision: number): string {
  return `${purpose.map(encodePart).join('~')}@${orderRevision}`;
}

/**
 * A reservation is an attempt's hold on units of one stock, told from an earlier one of the same attempt (which may have
 * been used and confirmed meanwhile) by how often that stock had changed.
 */
export function reservationIdOf(attempt: string, stockVersion: number): string {
  return `${attempt}.${stockVersion}`;
}

/** The attempt that a reservation was made for. */
export function attemptOfReservation(reservationId: string): string {
  return reservationId.slice(0, reservationId.lastIndexOf('.'));
}

/** The revision of the order's stream that a reservation is bound to. */
export function orderRevisionOf(reservationId: string): number {
  const match = /@(\d+)\.\d+$/.exec(reservationId);
  if (match === null) throw new RangeError(`not a reservation's id: ${reservationId}`);
  return Number(match[1]);
}
