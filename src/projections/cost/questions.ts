import type { KnownAbout } from '../shared/as-of.js';
import type { Page, PageRequest } from '../shared/page.js';
import type { EventRange } from '../shared/event-range.js';

/** Amounts with six decimals, in one currency. `margin` is revenue less cost of goods sold. */
export interface CostAccounts {
  readonly currency: string;
  readonly onHandCost: string;
  readonly costOfGoodsSold: string;
  readonly revenue: string;
  readonly margin: string;
  readonly supplierClaims: string;
  readonly inventoryLosses: string;
  readonly returnedToSupplier: string;
}

export type CostDimension = 'sku' | 'lot' | 'supplier' | 'merchant';

/** The accounts of one SKU, lot, supplier or merchant in one currency. */
export interface CostRow extends CostAccounts {
  readonly key: string;
}

/** What one business day (+08:00) added to the accounts; `key` names the SKU or merchant, null for all together. */
export interface DayRow extends CostAccounts {
  readonly day: string;
  readonly key: string | null;
}

export interface DaysRequest {
  /** Of one SKU or one merchant; all together unless told. */
  readonly of?: { readonly dimension: 'sku' | 'merchant'; readonly key: string };
  /** YYYY-MM-DD at +08:00, both inclusive. At most 3,700 days. */
  readonly from: string;
  readonly to: string;
}

/** Units of one lot that are still held, at what they cost: first in, first out. */
export interface CostLayer {
  readonly sku: string;
  readonly lotId: string;
  readonly supplierId: string;
  readonly currency: string;
  readonly unitCost: string;
  readonly units: number;
  readonly cost: string;
}

/** What moved amounts: one event's effect on one lot of a SKU. */
export interface CostPosting extends Omit<CostAccounts, 'margin'> {
  readonly sequence: number;
  readonly lotId: string;
}

export interface CostQuestions {
  /** In code-point order of key and currency. A SKU that was never received has no row. */
  accountsBy(dimension: CostDimension, known: KnownAbout, page: PageRequest): Page<CostRow>;
  /** The accounts of one key, a row for each currency; none for one without postings. */
  accountsOf(dimension: CostDimension, key: string, known: KnownAbout): readonly CostRow[];
  /** As `accountsOf`, of several keys in no order. */
  accountsOfEach(dimension: CostDimension, keys: readonly string[], known: KnownAbout): readonly CostRow[];
  /** What moved a SKU's amounts, oldest first. Read to its end before the next question. */
  postings(sku: string, range: EventRange): Iterable<CostPosting>;
  /** Days that moved an account, in order; by what happened on them. */
  days(request: DaysRequest, known: KnownAbout): readonly DayRow[];
  /** A SKU's layers in the order that they will be issued. */
  layers(sku: string, known: KnownAbout): readonly CostLayer[];
}
