import type { CostQuestions, CostRow } from '../cost/questions.js';
import type { InventoryQuestions } from '../inventory/questions.js';
import type { KnownAbout } from '../shared/as-of.js';
import type { FigureKey } from './figure-sums.js';
import { figureName } from './figure-sums.js';
import { figuresOfAccounts, figuresOfUnits } from './postings.js';

/** A SKU of a page, with the lots whose figures are wanted. */
export interface Wanted {
  readonly sku: string;
  readonly lotIds: readonly string[];
}

interface Sources {
  readonly inventory: InventoryQuestions;
  readonly cost: CostQuestions;
}

/** What the figures of a page's SKUs were at one moment, read from balances and not from the postings between. */
export class FigureBalances {
  private readonly values = new Map<string, bigint>();

  constructor(
    { inventory, cost }: Sources,
    wanted: readonly Wanted[],
    private readonly known: KnownAbout,
  ) {
    for (const { sku, lotIds } of wanted) {
      this.addUnits(inventory, sku, lotIds);
    }
    const lots = new Map(wanted.flatMap(({ sku, lotIds }) => lotIds.map((lotId) => [lotId, sku] as const)));
    // All at once: the accounts of a page share what has to be read of the period that the moment lies in.
    const skus = wanted.map(({ sku }) => sku);
    for (const row of cost.accountsOfEach('sku', skus, known)) this.addAccounts(row, row.key, null);
    for (const row of cost.accountsOfEach('lot', [...lots.keys()], known)) {
      this.addAccounts(row, lots.get(row.key) ?? '', row.key);
    }
  }

  of(sku: string, key: FigureKey): bigint {
    return this.values.get(placeOf(sku, key)) ?? 0n;
  }

  private addUnits(inventory: InventoryQuestions, sku: string, lotIds: readonly string[]): void {
    for (const account of inventory.accountsOfSku(this.known, sku)) {
      for (const key of figuresOfUnits(account, null)) this.add(sku, key, BigInt(account.units));
    }
    for (const lotId of lotIds) {
      for (const account of inventory.accountsOfLot(this.known, lotId)) {
        for (const key of figuresOfUnits(account, lotId)) this.add(sku, key, BigInt(account.units));
      }
    }
  }

  private addAccounts(row: CostRow, sku: string, lotId: string | null): void {
    for (const [key, amount] of figuresOfAccounts(row, lotId)) this.add(sku, key, amount);
  }

  private add(sku: string, key: FigureKey, value: bigint): void {
    const place = placeOf(sku, key);
    this.values.set(place, (this.values.get(place) ?? 0n) + value);
  }
}

function placeOf(sku: string, key: FigureKey): string {
  return `${figureName(key)} ${sku}`;
}
