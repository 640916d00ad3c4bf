import type { Micros } from '../../domain/shared/money.js';
import { formatAmount } from '../../domain/shared/money.js';
import type { CostAccounts } from './questions.js';

/** What one posting adds to the accounts, or what they add up to. */
export interface Amounts {
  onHandUnits: number;
  onHandCost: Micros;
  costOfGoodsSold: Micros;
  revenue: Micros;
  supplierClaims: Micros;
  inventoryLosses: Micros;
  returnedToSupplier: Micros;
}

/** Micros as a row keeps them: a whole number while a JavaScript number is exact about it, its digits beyond. */
type StoredMicros = number | string;

/** Amounts as a row keeps them. */
export interface AmountsRow {
  on_hand_units: number;
  on_hand_cost: StoredMicros;
  cost_of_goods_sold: StoredMicros;
  revenue: StoredMicros;
  supplier_claims: StoredMicros;
  inventory_losses: StoredMicros;
  returned_to_supplier: StoredMicros;
}

/** As they are bound: SQLite keeps a bigint as an integer. */
type BoundMicros = bigint | string;

export type StoredAmounts = readonly [
  units: number,
  ...amounts: [BoundMicros, BoundMicros, BoundMicros, BoundMicros, BoundMicros, BoundMicros],
];

const EXACT_MAX = BigInt(Number.MAX_SAFE_INTEGER);
const NOTHING = '0.000000';

export function noAmounts(): Amounts {
  return {
    onHandUnits: 0,
    onHandCost: 0n,
    costOfGoodsSold: 0n,
    revenue: 0n,
    supplierClaims: 0n,
    inventoryLosses: 0n,
    returnedToSupplier: 0n,
  };
}

export function addAmounts(sum: Amounts, added: Amounts): void {
  sum.onHandUnits += added.onHandUnits;
  sum.onHandCost += added.onHandCost;
  sum.costOfGoodsSold += added.costOfGoodsSold;
  sum.revenue += added.revenue;
  sum.supplierClaims += added.supplierClaims;
  sum.inventoryLosses += added.inventoryLosses;
  sum.returnedToSupplier += added.returnedToSupplier;
}

function store(micros: Micros): BoundMicros {
  return micros <= EXACT_MAX && micros >= -EXACT_MAX ? micros : micros.toString();
}

function read(stored: StoredMicros): Micros {
  return stored === 0 ? 0n : BigInt(stored);
}

function write(micros: Micros): string {
  return micros === 0n ? NOTHING : formatAmount(micros);
}

/** In the order of the tables' columns. */
export function storeAmounts(amounts: Amounts): StoredAmounts {
  return [
    amounts.onHandUnits,
    store(amounts.onHandCost),
    store(amounts.costOfGoodsSold),
    store(amounts.revenue),
    store(amounts.supplierClaims),
    store(amounts.inventoryLosses),
    store(amounts.returnedToSupplier),
  ];
}

export function readAmounts(row: AmountsRow): Amounts {
  return {
    onHandUnits: row.on_hand_units,
    onHandCost: read(row.on_hand_cost),
    costOfGoodsSold: read(row.cost_of_goods_sold),
    revenue: read(row.revenue),
    supplierClaims: read(row.supplier_claims),
    inventoryLosses: read(row.inventory_losses),
    returnedToSupplier: read(row.returned_to_supplier),
  };
}

export function accountsOfAmounts(amounts: Amounts, currency: string): CostAccounts {
  return {
    currency,
    onHandCost: write(amounts.onHandCost),
    costOfGoodsSold: write(amounts.costOfGoodsSold),
    revenue: write(amounts.revenue),
    margin: write(amounts.revenue - amounts.costOfGoodsSold),
    supplierClaims: write(amounts.supplierClaims),
    inventoryLosses: write(amounts.inventoryLosses),
    returnedToSupplier: write(amounts.returnedToSupplier),
  };
}
