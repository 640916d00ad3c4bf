import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CostLayer } from '../../projections/cost/questions.js';
import type { PoolStock, Product, SkuStock, Stock } from '../../projections/inventory/questions.js';
import { report, type Report } from '../../projections/report/report.js';
import { formatInstant, instantOf } from '../../domain/shared/time.js';
import type { Asked } from './asked.js';
import { ReadModelDesk, type Judged } from './read-model-desk.js';

export class AskInventory extends Query<Judged<Stock>> {
  constructor(readonly asked: Asked) {
    super();
  }
}

@QueryHandler(AskInventory)
export class AskInventoryHandler implements IQueryHandler<AskInventory> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked }: AskInventory): Promise<Judged<Stock>> {
    return this.desk.ask(asked, ['inventory'], ({ inventory }, asOf) => inventory.stock(asOf));
  }
}

export interface SkuInventory {
  readonly product: Product;
  readonly stock: SkuStock;
  readonly pools: readonly PoolStock[];
  /** In the order that they will be issued. */
  readonly layers: readonly CostLayer[];
}

export class AskSku extends Query<Judged<SkuInventory | undefined>> {
  constructor(
    readonly asked: Asked,
    readonly sku: string,
  ) {
    super();
  }
}

@QueryHandler(AskSku)
export class AskSkuHandler implements IQueryHandler<AskSku> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, sku }: AskSku): Promise<Judged<SkuInventory | undefined>> {
    return this.desk.ask(asked, ['inventory', 'cost'], ({ inventory, cost }, asOf) => {
      const [product] = inventory.products(asOf, sku);
      const { skus, pools } = inventory.stock(asOf, sku);
      const [stock] = skus;
      if (product === undefined || stock === undefined) return undefined;
      return { product, stock, pools, layers: cost.layers(sku, asOf) };
    });
  }
}

export class AskReport extends Query<Judged<Report>> {
  constructor(readonly asked: Asked) {
    super();
  }
}

@QueryHandler(AskReport)
export class AskReportHandler implements IQueryHandler<AskReport> {
  constructor(private readonly desk: ReadModelDesk) {}

  /** Of a ledger that holds a load: as of that load's last operation, unless another moment is asked about. */
  execute({ asked }: AskReport): Promise<Judged<Report>> {
    const sources = ['inventory', 'cost', 'traceability', 'loads'] as const;
    return this.desk.ask(asked, sources, (queries, asOf) => {
      const moments = [asked.at, asked.occurredUntil, asked.asOf?.kind === 'time' ? asked.asOf : undefined];
      const isAsked = moments.some((moment) => moment !== undefined);
      const loadedAsOf = isAsked ? null : (queries.loads.newest(asOf)?.asOf ?? null);
      if (loadedAsOf === null) return report(queries, asOf, formatInstant(asOf.at));
      return report(queries, { ...asOf, at: instantOf(loadedAsOf) }, loadedAsOf);
    });
  }
}
