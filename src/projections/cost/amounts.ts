import type { Micros } from '../../domain/shared/money.js';
import { formatAmount, readAmount } from '../../domain/shared/money.js';
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

/** Amounts as a row keeps them. */
export interface AmountsRow {
  on_hand_units: number;
  on_hand_cost: string;
  cost_of_goods_sold: string;
  revenue: string;
  supplier_claims: string;
  inventory_losses: string;
  returned_to_supplier: string;
}

export type StoredAmounts = readonly [
  units: number,
  ...amounts: [string, string, string, string, string, string],
];

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

function write(micros: Micros): string {
  return micros === 0n ? NOTHING : formatAmount(micros);
}

function read(text: string): Micros {
  return text === NOTHING ? 0n : readAmount(text);
}

/** In the order of the tables' columns. */
export function storeAmounts(amounts: Amounts): StoredAmounts {
  return [
    amounts.onHandUnits,
    write(amounts.onHandCost),
    write(amounts.costOfGoodsSold),
    write(amounts.revenue),
    write(amounts.supplierClaims),
    write(amounts.inventoryLosses),
    write(amounts.returnedToSupplier),
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
