import type { CostAccounts, CostQuestions, CostRow } from '../cost/questions.js';
import type { InventoryQuestions, PoolStock, Stock, StockCounts } from '../inventory/questions.js';
import type { LoadQuestions, LoadRefusal } from '../loads/questions.js';
import type { AsOfAbout } from '../shared/as-of.js';
import type { Page, PageRequest } from '../shared/page.js';
import { PAGE_LIMIT_MAX } from '../shared/page.js';
import type { ImportReceipt, TraceabilityQuestions } from '../traceability/questions.js';

/** Exactly the structure of a pack's `expected/report.json`, in its order of fields. */
export interface Report {
  readonly asOf: string;
  readonly skus: readonly ReportedSku[];
  readonly pools: readonly PoolStock[];
  readonly imports: readonly ImportReceipt[];
  readonly refusals: readonly Readonly<Record<string, string | number>>[];
  readonly replayed: number;
}

export interface ReportedSku extends StockCounts, Omit<CostAccounts, 'currency' | 'margin'> {
  readonly sku: string;
}

/** The read models that a report is composed of, all standing at one sequence. */
export interface ReportSources {
  readonly inventory: InventoryQuestions;
  readonly cost: CostQuestions;
  readonly traceability: TraceabilityQuestions;
  readonly loads: LoadQuestions;
}

const FIRST_PAGE: PageRequest = { limit: PAGE_LIMIT_MAX };
const ZERO = '0.000000';

/** The accounts of a product that was never received. */
const NOTHING = {
  onHandCost: ZERO,
  costOfGoodsSold: ZERO,
  revenue: ZERO,
  supplierClaims: ZERO,
  inventoryLosses: ZERO,
  returnedToSupplier: ZERO,
};

const ID_ORDER = ['poId', 'lotId', 'merchantId', 'orderNo', 'refundNo', 'authorisationId', 'sku'] as const;

/**
 * What the ledger answers for a pack.
 * @param asOfText `asOf` as the report writes it; for a pack the newest load's own `asOf`.
 */
export function report(sources: ReportSources, asOf: AsOfAbout, asOfText: string): Report {
  const load = sources.loads.newest(asOf);
  const stock = sources.inventory.stock(asOf);
  return {
    asOf: asOfText,
    skus: reportedSkus(sources.cost, stock, asOf),
    pools: stock.pools,
    imports: allImports(sources.traceability, asOf),
    refusals: load === undefined ? [] : sources.loads.refusals(load.packDigest, asOf).map(reportedRefusal),
    replayed: load?.replayed ?? 0,
  };
}

function reportedSkus(cost: CostQuestions, { skus }: Stock, asOf: AsOfAbout): ReportedSku[] {
  const accountsBySku = allAccounts(cost, asOf);
  return skus.map((stock) => {
    const accounts = accountsBySku.get(stock.sku) ?? NOTHING;
    return {
      ...stock,
      onHandCost: accounts.onHandCost,
      costOfGoodsSold: accounts.costOfGoodsSold,
      revenue: accounts.revenue,
      supplierClaims: accounts.supplierClaims,
      inventoryLosses: accounts.inventoryLosses,
      returnedToSupplier: accounts.returnedToSupplier,
    };
  });
}

/** Page by page, and not SKU by SKU: a page shares what it has to read of the period that the sequence lies in. */
function allAccounts(cost: CostQuestions, asOf: AsOfAbout): Map<string, CostRow> {
  const accounts = new Map<string, CostRow>();
  for (let page: PageRequest | null = FIRST_PAGE; page !== null;) {
    const { rows, next }: Page<CostRow> = cost.accountsBy('sku', asOf, page);
    for (const row of rows) {
      if (accounts.has(row.key))
        throw new RangeError(`${row.key} has amounts in two currencies; a report has one`);
      accounts.set(row.key, row);
    }
    page = next === null ? null : { ...FIRST_PAGE, after: next };
  }
  return accounts;
}

function allImports(traceability: TraceabilityQuestions, asOf: AsOfAbout): ImportReceipt[] {
  const receipts: ImportReceipt[] = [];
  for (let page: PageRequest | null = FIRST_PAGE; page !== null;) {
    const { rows, next }: Page<ImportReceipt> = traceability.imports(asOf, page);
    receipts.push(...rows);
    page = next === null ? null : { ...FIRST_PAGE, after: next };
  }
  return receipts;
}

/** A refusal with the ids it carried, in the answer's order of fields. */
function reportedRefusal(refusal: LoadRefusal): Record<string, string | number> {
  const reported: Record<string, string | number> = {
    line: refusal.line,
    op: refusal.op,
    code: refusal.code,
  };
  for (const name of ID_ORDER) {
    const id = refusal.ids[name];
    if (id !== undefined) reported[name] = id;
  }
  return reported;
}
