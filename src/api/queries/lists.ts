import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page } from '../../projections/shared/page.js';
import type { OrderRow, PeriodRequest, RefundRow } from '../../projections/traceability/questions.js';
import type { Asked } from './asked.js';
import { ReadModelDesk, type Judged } from './read-model-desk.js';

export class ListOrders extends Query<Judged<Page<OrderRow>>> {
  constructor(
    readonly asked: Asked,
    readonly request: PeriodRequest,
  ) {
    super();
  }
}

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, request }: ListOrders): Promise<Judged<Page<OrderRow>>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) =>
      traceability.orders(known, request),
    );
  }
}

export class ListRefunds extends Query<Judged<Page<RefundRow>>> {
  constructor(
    readonly asked: Asked,
    readonly request: PeriodRequest,
  ) {
    super();
  }
}

@QueryHandler(ListRefunds)
export class ListRefundsHandler implements IQueryHandler<ListRefunds> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, request }: ListRefunds): Promise<Judged<Page<RefundRow>>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) =>
      traceability.refunds(known, request),
    );
  }
}
