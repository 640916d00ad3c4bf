import { momentOf } from '../history/moments.js';
import { writtenAmount } from '../history/money.js';
import type { Goods } from '../units/goods.js';
import type { LineCounts } from '../units/import-terms.js';
import type { ReportedRefusal } from '../units/loads.js';
import { byCodePoints } from './code-points.js';
import { countUnits, type CountedSku, type HeldCounts, type UnitCounts } from './unit-counts.js';

/** What `sourcebook report --json` says (samples/README.md, "Expected answers"), recomputed from the events. */
export interface Figures {
  readonly asOf: string;
  readonly skus: readonly ReportedSku[];
  readonly pools: readonly ({ readonly sku: string; readonly pool: string } & HeldCounts)[];
  readonly imports: readonly ({ readonly lotId: string } & LineCounts)[];
  readonly refusals: readonly ReportedRefusal[];
  readonly replayed: number;
}

/** Amounts have six decimals. */
export interface ReportedSku extends UnitCounts {
  readonly sku: string;
  readonly received: number;
  readonly onHandCost: string;
  readonly costOfGoodsSold: string;
  readonly revenue: string;
  readonly supplierClaims: string;
  readonly inventoryLosses: string;
  readonly returnedToSupplier: string;
}

/** @param asOf when expiry and authorisation are judged, RFC 3339; the newest load's own time counts before it */
export function figuresOf(goods: Goods, asOf: string): Figures {
  const { newest } = goods.loads;
  const text = newest?.at ?? asOf;
  const at = momentOf(text) ?? 0;
  const counted = [...countUnits(goods, at)].sort(([a], [b]) => byCodePoints(a, b));
  return {
    asOf: text,
    skus: counted.map(([sku, count]) => reportedSku(sku, count, goods.orders.revenues.get(sku) ?? 0n)),
    pools: counted.flatMap(([sku, { pools }]) =>
      [...pools].sort(([a], [b]) => byCodePoints(a, b)).map(([pool, counts]) => ({ sku, pool, ...counts })),
    ),
    imports: goods.lots.opened.map(({ terms }) => ({
      lotId: terms.lotId,
      ...(goods.imports.receipts.get(terms.lotId) as LineCounts),
    })),
    refusals: newest?.refusals ?? [],
    replayed: newest?.counts.replayed ?? 0,
  };
}

function reportedSku(sku: string, counted: CountedSku, revenue: bigint): ReportedSku {
  const { units } = counted;
  return {
    sku,
    received: (Object.values(units) as number[]).reduce((sum, count) => sum + count, 0),
    ...units,
    onHandCost: writtenAmount(counted.onHand),
    costOfGoodsSold: writtenAmount(counted.costOfGoodsSold),
    revenue: writtenAmount(revenue),
    supplierClaims: writtenAmount(counted.claims),
    inventoryLosses: writtenAmount(counted.losses),
    returnedToSupplier: writtenAmount(counted.returned),
  };
}
