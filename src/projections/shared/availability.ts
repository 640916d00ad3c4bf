import type { Instant } from '../../domain/shared/time.js';

/** What may be done with a held unit. */
export type HeldState = 'available' | 'unauthorised' | 'expired' | 'quarantined';

/** What became of a unit. */
export type UnitState = HeldState | 'issued' | 'void' | 'writtenOff' | 'returned';

/** All that decides what may be done with a held unit at one moment. */
export interface Standing {
  readonly quarantined: boolean;
  /** When its lot expires; null if it does not. */
  readonly lotExpiresAt: Instant | null;
  /** When the key itself expires; null if it does not. */
  readonly keyExpiresAt: Instant | null;
  /** Whether its supplier is authorised for its SKU at that moment. */
  readonly authorised: boolean;
}

/** The first of quarantined, expired, unauthorised that holds; else available (samples/README.md, "Expected answers"). */
export function heldState(standing: Standing, at: Instant): HeldState {
  if (standing.quarantined) return 'quarantined';
  if (hasExpired(standing.lotExpiresAt, at) || hasExpired(standing.keyExpiresAt, at)) return 'expired';
  return standing.authorised ? 'available' : 'unauthorised';
}

function hasExpired(expiresAt: Instant | null, at: Instant): boolean {
  return expiresAt !== null && expiresAt <= at;
}
