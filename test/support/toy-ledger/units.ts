import { formatAmount } from '../../../src/domain/shared/money.js';
import type { MoneyText } from '../../../src/domain/shared/money.js';
import { expiryOfDay } from '../../../src/domain/shared/time.js';
import type { LineCounts } from '../../../src/domain/shared/units.js';

/** One key, as naively as can be: the read models keep ranges, this keeps units. */
export interface ToyUnit {
  readonly lot: ToyLot;
  readonly serial: number;
  readonly expiresOn: string | null;
  readonly expiresAt: number;
  state: 'held' | 'issued' | 'void' | 'writtenOff' | 'returned';
  pool: string;
}

export interface ToyLot {
  readonly lotId: string;
  readonly poId: string;
  readonly sku: string;
  readonly supplierId: string;
  readonly unitCost: bigint;
  readonly expiresAt: string | null;
  readonly units: ToyUnit[];
  quarantined: boolean;
}

export interface ToyAuthorisation {
  readonly id: string;
  readonly supplierId: string;
  readonly skus: readonly string[];
  readonly from: number;
  readonly to: number;
  revokedAt: number;
}

export interface ToyOrder {
  readonly body: string;
  readonly sku: string;
  readonly pool: string;
  readonly unitPrice: bigint;
  readonly places: { keys: ToyUnit[]; settled: boolean }[];
}

export interface ReceivedFile {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly counts: LineCounts;
  /** In order: serial 1 is the first. */
  readonly accepted: readonly { readonly line: number; readonly expiresOn: string | null }[];
}

/** A rule that refuses, by its code. */
export class ToyRefusal extends Error {}

const CURRENCY = 'CNY';

export function money(micros: bigint): MoneyText {
  return { amount: formatAmount(micros), currency: CURRENCY };
}

export function momentOf(expiresOn: string | null): number {
  return expiresOn === null ? Infinity : (expiryOfDay(expiresOn) ?? 0);
}

/** Units as ranges of consecutive serials that share lot, pool and expiry. */
export function ranges(units: readonly ToyUnit[]) {
  const found: { lotId: string; firstSerial: number; count: number; pool: string; expiresOn?: string }[] = [];
  for (const { lot, serial, expiresOn, pool } of units) {
    const last = found.at(-1);
    const follows =
      last?.lotId === lot.lotId && last.firstSerial + last.count === serial && last.pool === pool;
    if (last !== undefined && follows && (last.expiresOn ?? null) === expiresOn) last.count += 1;
    else
      found.push({
        lotId: lot.lotId,
        firstSerial: serial,
        count: 1,
        pool,
        ...(expiresOn === null ? {} : { expiresOn }),
      });
  }
  return found;
}
