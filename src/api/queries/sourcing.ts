import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { LotStock } from '../../projections/inventory/questions.js';
import type { Page, PageRequest } from '../../projections/shared/page.js';
import type { ImportReceipt, LotView, PurchaseOrderView } from '../../projections/traceability/questions.js';
import { shown, shownPage, type Shown } from './answered.js';
import type { Asked } from './asked.js';
import { ReadModelDesk, type Judged } from './read-model-desk.js';

export class ListPurchaseOrders extends Query<Judged<Page<Shown<PurchaseOrderView>>>> {
  constructor(
    readonly asked: Asked,
    readonly page: PageRequest,
    readonly supplierId: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListPurchaseOrders)
export class ListPurchaseOrdersHandler implements IQueryHandler<ListPurchaseOrders> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, page, supplierId }: ListPurchaseOrders): Promise<Judged<Page<Shown<PurchaseOrderView>>>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) =>
      shownPage(traceability.purchaseOrders(known, page, supplierId)),
    );
  }
}

export class AskPurchaseOrder extends Query<Judged<Shown<PurchaseOrderView> | undefined>> {
  constructor(
    readonly asked: Asked,
    readonly poId: string,
  ) {
    super();
  }
}

@QueryHandler(AskPurchaseOrder)
export class AskPurchaseOrderHandler implements IQueryHandler<AskPurchaseOrder> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, poId }: AskPurchaseOrder): Promise<Judged<Shown<PurchaseOrderView> | undefined>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) => {
      const order = traceability.purchaseOrder(known, poId);
      return order === undefined ? undefined : shown(order);
    });
  }
}

export interface LotInventory {
  readonly lot: Shown<LotView>;
  /** Null while the lot is on its way into the stock. */
  readonly stock: LotStock | null;
}

export class AskLot extends Query<Judged<LotInventory | undefined>> {
  constructor(
    readonly asked: Asked,
    readonly lotId: string,
  ) {
    super();
  }
}

@QueryHandler(AskLot)
export class AskLotHandler implements IQueryHandler<AskLot> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, lotId }: AskLot): Promise<Judged<LotInventory | undefined>> {
    return this.desk.ask(asked, ['traceability', 'inventory'], ({ traceability, inventory }, asOf) => {
      const lot = traceability.lot(asOf, lotId);
      return lot === undefined
        ? undefined
        : { lot: shown(lot), stock: inventory.stockOfLot(asOf, lotId) ?? null };
    });
  }
}

export class ListImports extends Query<Judged<Page<ImportReceipt>>> {
  constructor(
    readonly asked: Asked,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListImports)
export class ListImportsHandler implements IQueryHandler<ListImports> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, page }: ListImports): Promise<Judged<Page<ImportReceipt>>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) =>
      traceability.imports(known, page),
    );
  }
}
