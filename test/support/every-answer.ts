import { keyId } from '../../src/domain/shared/identifiers.js';
import type { ReadModelQueries } from '../../src/projections/registry.js';
import { report } from '../../src/projections/report/report.js';
import type { AsOfAbout } from '../../src/projections/shared/as-of.js';

/** What a ledger may be asked about. */
export interface Subjects {
  readonly skus: readonly string[];
  readonly lots: readonly { readonly lotId: string; readonly keys: number }[];
  readonly orders: readonly (readonly [merchantId: string, orderNo: string])[];
  readonly suppliers: readonly string[];
  readonly authorisations: readonly string[];
}

type Asked = Pick<ReadModelQueries, 'inventory' | 'cost' | 'traceability' | 'loads'>;

const PAGE = { limit: 1000 };

/** Everything that can be asked of inventory, cost and traceability. */
export function everyAnswer(queries: Asked, subjects: Subjects, asOf: AsOfAbout): object {
  return {
    ...stockAnswers(queries, subjects, asOf),
    ...moneyAnswers(queries, subjects, asOf),
    ...traceAnswers(queries, subjects, asOf),
    report: report(queries, asOf, ''),
  };
}

function stockAnswers({ inventory }: Asked, { skus, lots }: Subjects, asOf: AsOfAbout) {
  return {
    products: inventory.products(asOf),
    stock: inventory.stock(asOf),
    each: skus.map((sku) => inventory.stock(asOf, sku)),
    ofLots: lots.map(({ lotId }) => inventory.stockOfLot(asOf, lotId)),
  };
}

function moneyAnswers({ cost }: Asked, { skus, lots }: Subjects, asOf: AsOfAbout) {
  return {
    accounts: (['sku', 'lot', 'supplier', 'merchant'] as const).map((by) => cost.accountsBy(by, asOf, PAGE)),
    ofEach: lots.map(({ lotId }) => cost.accountsOf('lot', lotId, asOf)),
    days: cost.days({ from: '2026-08-01', to: '2027-08-01' }, asOf),
    layers: skus.map((sku) => cost.layers(sku, asOf)),
  };
}

function traceAnswers({ traceability }: Asked, subjects: Subjects, asOf: AsOfAbout) {
  const keys = subjects.lots.flatMap(({ lotId, keys: count }) =>
    Array.from({ length: count }, (_, index) => keyId(lotId, index + 1)),
  );
  const sources = [
    ...subjects.lots.map(({ lotId }) => ({ kind: 'lot', id: lotId }) as const),
    ...subjects.suppliers.map((id) => ({ kind: 'supplier', id }) as const),
    ...subjects.authorisations.map((id) => ({ kind: 'authorisation', id }) as const),
  ];
  return {
    keys: keys.map((id) => [traceability.traceKey(asOf, id), traceability.timeline(asOf, id)]),
    orders: subjects.orders.map(([merchantId, orderNo]) => [
      traceability.traceOrder(asOf, merchantId, orderNo),
      traceability.order(asOf, merchantId, orderNo),
    ]),
    lists: [
      traceability.orders(asOf, PAGE),
      traceability.refunds(asOf, PAGE),
      traceability.imports(asOf, PAGE),
      traceability.lots(asOf, PAGE),
      traceability.purchaseOrders(asOf, PAGE),
    ],
    lots: subjects.lots.map(({ lotId }) => traceability.lot(asOf, lotId)),
    forward: sources.map((source) => [
      traceability.forward(asOf, source, PAGE),
      traceability.reach(asOf, source),
      traceability.lots(asOf, PAGE, source),
    ]),
  };
}
