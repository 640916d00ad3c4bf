import type { CostAccounts, CostQuestions } from '../cost/questions.js';
import type { HeldCounts, InventoryQuestions, PoolStock, StockCounts } from '../inventory/questions.js';
import type { LoadQuestions, LoadRefusal, LoadView } from '../loads/questions.js';
import type { AsOf } from '../shared/as-of.js';
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

const NOTHING = '0.000000';
const ID_ORDER = ['poId', 'lotId', 'merchantId', 'orderNo', 'refundNo', 'authorisationId', 'sku'] as const;

/**
 * What the ledger answers for a pack.
 * @param asOfText `asOf` as the report writes it; for a pack the newest load's (`reportMoment`).
 */
export function report(sources: ReportSources, asOf: AsOf, asOfText: string): Report {
  const load = sources.loads.newest(asOf);
  return {
    asOf: asOfText,
    skus: reportedSkus(sources, asOf),
    pools: sources.inventory.pools(asOf),
    imports: allImports(sources.traceability, asOf),
    refusals: load === undefined ? [] : sources.loads.refusals(load.packDigest, asOf).map(reportedRefusal),
    replayed: load?.replayed ?? 0,
  };
}

/** The time that a pack's report is as of: its last operation's, as it is written there. */
export function reportMoment(load: LoadView | undefined): string | undefined {
  return load?.asOf ?? undefined;
}
