import { encodePart } from './identifiers.js';

/**
 * A reservation's id names what it is for and the revision that the order's stream must take next for it to be used:
 * whatever is appended to that stream first makes the attempt void, so a stalled owner can do no harm later.
 */
export function reservationIdOf(purpose: readonly string[], orderRevision: number): string {
  return `${purpose.map(encodePart).join('~')}@${orderRevision}`;
}

/** The revision of the order's stream that a reservation is bound to. */
export function orderRevisionOf(reservationId: string): number {
  const revision = /@(\d{1,15})$/.exec(reservationId)?.[1];
  if (revision === undefined) throw new RangeError(`not a reservation's id: ${reservationId}`);
  return Number(revision);
}
