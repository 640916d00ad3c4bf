import type { AsOfAbout, Known, KnownAbout } from '../shared/as-of.js';
import type { EventRange } from '../shared/event-range.js';

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

/** Every product and every pool that holds units. */
export interface Stock {
  /** In code-point order. */
  readonly skus: readonly SkuStock[];
  /** By SKU and pool in code-point order. */
  readonly pools: readonly PoolStock[];
}

/** The units of one account of the journal. */
export interface AccountUnits {
  /** Null for all lots together. */
  readonly lotId: string | null;
  readonly state: StockPosting['state'];
  /** Where held units lie; null for the others. */
  readonly pool: string | null;
  readonly units: number;
}

export interface InventoryQuestions {
  /** Every product, in code-point order of its SKU. */
  products(asOf: AsOfAbout, sku?: string): readonly Product[];
  /** Every product (or one) with its pools: cheaper than asking for both. */
  stock(asOf: AsOfAbout, sku?: string): Stock;
  /** Every product (or one), in code-point order; nothing for a SKU that is not known. */
  stockBySku(asOf: AsOfAbout, sku?: string): readonly SkuStock[];
  /** The pools that hold units, by SKU and pool in code-point order. */
  pools(asOf: AsOfAbout, sku?: string): readonly PoolStock[];
  stockOfLot(asOf: AsOfAbout, lotId: string): LotStock | undefined;
  /** A SKU's held units by lot and pool, and for all its lots together the units that are not held any more. */
  accountsOfSku(known: KnownAbout, sku: string): readonly AccountUnits[];
  /** Nothing for a lot that is not known. */
  accountsOfLot(known: KnownAbout, lotId: string): readonly AccountUnits[];
  skuOfLot(known: Known, lotId: string): string | undefined;
  /** SKUs whose units some event of the range moved, in code-point order after one of them. */
  movedSkus(range: EventRange, afterSku: string, limit: number): readonly string[];
  /** What moved a SKU's stock, oldest first. Read to its end before the next question. */
  postings(sku: string, range: EventRange): Iterable<StockPosting>;
}
