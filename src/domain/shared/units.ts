import type { MoneyText } from './money.js';

/** Consecutive serials of one lot that share one expiry. */
export interface UnitRange {
  readonly lotId: string;
  readonly firstSerial: number;
  readonly count: number;
  /** The keys' own last good day (YYYY-MM-DD), where their file gave one. */
  readonly expiresOn?: string;
}

/** Units with the way back to their source, as an issue or a replacement records them. */
export interface SourcedRange extends UnitRange {
  readonly supplierId: string;
  /** The authorisation in force at the moment of the decision. */
  readonly authorisationId: string;
  readonly unitCost: MoneyText;
}

/** Units with the pool they lay in. */
export interface PooledRange extends UnitRange {
  readonly pool: string;
}

/** How the lines of a key file were classed. Always lines = header + blank + accepted + duplicates + malformed. */
export interface LineCounts {
  readonly lines: number;
  readonly header: number;
  readonly blank: number;
  readonly accepted: number;
  readonly duplicateInFile: number;
  readonly duplicateInLedger: number;
  readonly malformed: number;
}

export function unitCount(ranges: readonly UnitRange[]): number {
  return ranges.reduce((sum, range) => sum + range.count, 0);
}
