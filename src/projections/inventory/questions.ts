import type { AsOfAbout } from '../shared/as-of.js';

/** Held units by what may be done with them at the moment asked about. */
export interface HeldCounts {
  readonly available: number;
  readonly unauthorised: number;
  readonly expired: number;
  readonly quarantined: number;
}

/** Units by what became of them; `received` is always the sum of the others. */
export interface StockCounts extends HeldCounts {
  readonly received: number;
  readonly issued: number;
  readonly void: number;
  readonly writtenOff: number;
  readonly returned: number;
}

export interface SkuStock extends StockCounts {
  readonly sku: string;
}

export interface LotStock extends StockCounts {
  readonly lotId: string;
  readonly sku: string;
}

export interface PoolStock extends HeldCounts {
  readonly sku: string;
  readonly pool: string;
}

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly productClass: string;
  readonly fulfilment: string;
  readonly faceValue: string;
  readonly currency: string;
}

/** What moved a figure: one event's effect on one kind of units of a SKU. */
export interface StockPosting {
  readonly sequence: number;
  readonly occurredAt: string;
  readonly sku: string;
  readonly lotId: string;
  /** Where held units lie; null for the others. */
  readonly pool: string | null;
  readonly state: 'held' | 'issued' | 'void' | 'writtenOff' | 'returned';
  readonly quantity: number;
}

export interface InventoryQuestions {
  /** Every product, in code-point order of its SKU. */
  products(asOf: AsOfAbout, sku?: string): readonly Product[];
  /** Every product (or one), in code-point order; nothing for a SKU that is not known. */
  stockBySku(asOf: AsOfAbout, sku?: string): readonly SkuStock[];
  /** The pools that hold units, by SKU and pool in code-point order. */
  pools(asOf: AsOfAbout, sku?: string): readonly PoolStock[];
  stockOfLot(asOf: AsOfAbout, lotId: string): LotStock | undefined;
  /** What moved a SKU's stock after one sequence up to another, oldest first, at most 1,000 postings after `after`. */
  postings(sku: string, range: { readonly after: number; readonly until: number }): readonly StockPosting[];
}
