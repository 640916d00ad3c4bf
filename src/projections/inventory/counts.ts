import type { Instant } from '../../domain/shared/time.js';
import { expiryOfDay } from '../../domain/shared/time.js';
import type { HeldState, UnitState } from '../shared/availability.js';
import { heldState } from '../shared/availability.js';
import type { StandingAsOf } from '../shared/standing-tables.js';
import type { StockCounts } from './questions.js';

export type Counts = Record<UnitState, number>;

/** What decides about the held units of one account. */
export interface HeldAccount {
  readonly sku: string;
  readonly lot_id: string;
  readonly supplier_id: string;
  readonly expires_at: Instant | null;
  /** The keys' own last good day; '' for none. */
  readonly expires_on: string;
}

export function stateOf(account: HeldAccount, standing: StandingAsOf, at: Instant): HeldState {
  return heldState(
    {
      quarantined: standing.quarantined(account.lot_id),
      lotExpiresAt: account.expires_at,
      keyExpiresAt: account.expires_on === '' ? null : (expiryOfDay(account.expires_on) ?? null),
      authorised: standing.authorised(account.supplier_id, account.sku),
    },
    at,
  );
}

export function noUnits(): Counts {
  return {
    available: 0,
    unauthorised: 0,
    expired: 0,
    quarantined: 0,
    issued: 0,
    void: 0,
    writtenOff: 0,
    returned: 0,
  };
}

export function countUnits(counts: Counts, state: UnitState | 'held', units: number): void {
  if (state === 'held') throw new RangeError('held units are counted by what may be done with them');
  counts[state] += units;
}

export function withReceived(counts: Counts): StockCounts {
  const received = Object.values(counts).reduce((sum, units) => sum + units, 0);
  return { received, ...counts };
}
