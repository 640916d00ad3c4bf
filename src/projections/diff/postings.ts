import { readAmount } from '../../domain/shared/money.js';
import type { CostAccounts, CostPosting, CostQuestions, CostRow } from '../cost/questions.js';
import type { AccountUnits, InventoryQuestions, StockPosting } from '../inventory/questions.js';
import type { EventRange } from '../shared/event-range.js';
import type { FigureKey, FigureSum } from './figure-sums.js';
import { FigureSums } from './figure-sums.js';

/** In the order of an answer. */
export const STATES = ['held', 'issued', 'void', 'writtenOff', 'returned'] as const;
export const ACCOUNTS = [
  'onHandCost',
  'costOfGoodsSold',
  'revenue',
  'supplierClaims',
  'inventoryLosses',
  'returnedToSupplier',
] as const satisfies readonly (keyof CostAccounts)[];

/** A SKU whose postings are looked at, or one lot of it alone. */
export interface Subject {
  readonly sku: string;
  readonly lotId: string | undefined;
}

/** What the postings of a range add to each figure of a SKU. */
export function sumPostings(
  { inventory, cost }: { readonly inventory: InventoryQuestions; readonly cost: CostQuestions },
  subject: Subject,
  range: EventRange,
  eventsMax: number,
): readonly FigureSum[] {
  const sums = new FigureSums(eventsMax);
  for (const posting of inventory.postings(subject.sku, range)) {
    if (concerns(subject, posting)) addUnits(sums, subject, posting);
  }
  for (const posting of cost.postings(subject.sku, range)) {
    if (concerns(subject, posting)) addAmounts(sums, subject, posting);
  }
  return sums.moved();
}

function concerns({ lotId }: Subject, posting: { readonly lotId: string }): boolean {
  return lotId === undefined || lotId === posting.lotId;
}

function addUnits(sums: FigureSums, { lotId: asked }: Subject, posting: StockPosting): void {
  const { sequence, lotId, pool, state } = posting;
  const units = BigInt(posting.quantity);
  sums.add(ofLot(lotId, state), sequence, units);
  if (asked !== undefined) return;
  sums.add(stock(state), sequence, units);
  if (pool !== null) sums.add(inPool(pool), sequence, units);
}

function addAmounts(sums: FigureSums, { lotId: asked }: Subject, posting: CostPosting): void {
  const { sequence, lotId, currency } = posting;
  for (const name of ACCOUNTS) {
    const amount = readAmount(posting[name]);
    sums.add({ kind: 'lotMoney', name, lotId, currency }, sequence, amount);
    if (asked === undefined) sums.add({ kind: 'money', name, lotId: null, currency }, sequence, amount);
  }
}

function stock(state: string): FigureKey {
  return { kind: 'stock', name: state, lotId: null, currency: null };
}

function inPool(pool: string): FigureKey {
  return { kind: 'pool', name: pool, lotId: null, currency: null };
}

function ofLot(lotId: string, state: string): FigureKey {
  return { kind: 'lotStock', name: state, lotId, currency: null };
}

/** A balance as the figures that it is part of. */
export function figuresOfUnits(account: AccountUnits, lotId: string | null): readonly FigureKey[] {
  if (lotId !== null) return [ofLot(lotId, account.state)];
  return account.pool === null ? [stock(account.state)] : [stock(account.state), inPool(account.pool)];
}

/** Accounts as the figures that they are, with their amounts. */
export function figuresOfAccounts(row: CostRow, lotId: string | null): readonly [FigureKey, bigint][] {
  const kind = lotId === null ? 'money' : 'lotMoney';
  return ACCOUNTS.map((name) => [{ kind, name, lotId, currency: row.currency }, readAmount(row[name])]);
}
