import type { Micros, MoneyText } from '../../domain/shared/money.js';
import { readAmount } from '../../domain/shared/money.js';
import type { SourcedRange } from '../../domain/shared/units.js';
import type { Amounts } from './amounts.js';
import { addAmounts, noAmounts } from './amounts.js';
import type { Subject } from './holders.js';

/** What one line of a posting is about, apart from its day: the journal knows that. */
export type PostingSubject = Omit<Subject, 'day'>;

/** One line of an event's posting. */
export interface Line {
  readonly about: PostingSubject;
  readonly amounts: Amounts;
}

export interface Sale {
  readonly merchantId: string;
  readonly sku: string;
  readonly unitPrice: MoneyText;
}

export function posting(about: PostingSubject, amounts: Partial<Amounts>): Line {
  return { about, amounts: { ...noAmounts(), ...amounts } };
}

export function costOf(units: number, unitCost: MoneyText): Micros {
  return BigInt(units) * readAmount(unitCost.amount);
}

/** An event's lines, one for each lot and currency. */
export function mergeLines(lines: readonly Line[]): readonly Line[] {
  const merged = new Map<string, Line>();
  for (const line of lines) {
    const key = `${line.about.currency}\u0000${line.about.lotId}`;
    const sum = merged.get(key);
    if (sum === undefined) merged.set(key, line);
    else addAmounts(sum.amounts, line.amounts);
  }
  return [...merged.values()];
}

function saleSubject(sale: Sale, range: SourcedRange, currency: string): PostingSubject {
  return {
    sku: sale.sku,
    lotId: range.lotId,
    supplierId: range.supplierId,
    merchantId: sale.merchantId,
    currency,
  };
}

export function issued(sale: Sale, range: SourcedRange): Line {
  const amount = costOf(range.count, range.unitCost);
  const subject = saleSubject(sale, range, range.unitCost.currency);
  return posting(subject, { onHandUnits: -range.count, onHandCost: -amount, costOfGoodsSold: amount });
}

/** The cost of a key that was bad from the start is the supplier's to bear. */
export function claimed(sale: Sale, voided: SourcedRange): Line {
  const amount = costOf(voided.count, voided.unitCost);
  const subject = saleSubject(sale, voided, voided.unitCost.currency);
  return posting(subject, { costOfGoodsSold: -amount, supplierClaims: amount });
}

export function revenue(sale: Sale, range: SourcedRange, amount: Micros): Line {
  return posting(saleSubject(sale, range, sale.unitPrice.currency), { revenue: amount });
}
