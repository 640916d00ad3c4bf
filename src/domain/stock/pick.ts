import type { Instant } from '../shared/time.js';
import type { PooledRange, SourcedRange, UnitRange } from '../shared/units.js';
import { rangeOf, type HeldRun } from './held-units.js';
import type { LotInStock, StockState } from './state.js';

/** The authorisation in force for a supplier at the deciding time, if there is one. */
export type AuthorisationOf = (supplierId: string) => string | undefined;

export interface Picked<Range extends UnitRange> {
  readonly ranges: readonly Range[];
  readonly count: number;
}

/** A lot whose units in the pool may be free at that time. */
function mayBeFree(lot: LotInStock, pool: string, at: Instant): boolean {
  if (lot.quarantined || (lot.heldByPool.get(pool) ?? 0) === 0) return false;
  return lot.expiresAt === undefined || lot.expiresAt > at;
}

function isFree(run: HeldRun, pool: string, at: Instant): boolean {
  return run.pool === pool && (run.expiresAt === undefined || run.expiresAt > at);
}

/** The first free units of a pool from authorised suppliers: first in, first out by lot, then by serial. */
export function pickFree(
  state: StockState,
  wanted: { pool: string; quantity: number; at: Instant },
  authorisationOf: AuthorisationOf,
): Picked<SourcedRange> {
  const ranges: SourcedRange[] = [];
  let missing = wanted.quantity;
  for (const lot of state.active) {
    if (missing === 0) break;
    if (!mayBeFree(lot, wanted.pool, wanted.at)) continue;
    const authorisationId = authorisationOf(lot.supplierId);
    if (authorisationId === undefined) continue;
    for (const run of lot.runs) {
      if (missing === 0) break;
      if (!isFree(run, wanted.pool, wanted.at)) continue;
      const count = Math.min(run.count, missing);
      ranges.push({
        ...rangeOf(lot.lotId, run, count),
        supplierId: lot.supplierId,
        authorisationId,
        unitCost: lot.unitCost,
      });
      missing -= count;
    }
  }
  return { ranges, count: wanted.quantity - missing };
}

/** How many units of a pool are free, whoever supplied them, and how many of these come from an authorised source. */
export function countFree(
  state: StockState,
  wanted: { pool: string; at: Instant },
  authorisationOf: AuthorisationOf,
): { free: number; authorised: number } {
  let free = 0;
  let authorised = 0;
  for (const lot of state.active) {
    if (!mayBeFree(lot, wanted.pool, wanted.at)) continue;
    const units = lot.runs.reduce(
      (sum, run) => (isFree(run, wanted.pool, wanted.at) ? sum + run.count : sum),
      0,
    );
    free += units;
    if (authorisationOf(lot.supplierId) !== undefined) authorised += units;
  }
  return { free, authorised };
}

/** A lot's held units of the lowest serials, in whatever pool and state. */
export function pickLowest(lot: LotInStock, quantity: number): Picked<PooledRange> {
  const ranges: PooledRange[] = [];
  let missing = quantity;
  for (const run of lot.runs) {
    if (missing === 0) break;
    const count = Math.min(run.count, missing);
    ranges.push({ ...rangeOf(lot.lotId, run, count), pool: run.pool });
    missing -= count;
  }
  return { ranges, count: quantity - missing };
}
