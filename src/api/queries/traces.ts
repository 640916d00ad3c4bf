import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageRequest } from '../../projections/shared/page.js';
import type {
  ForwardRow,
  KeyMovement,
  KeyTrace,
  Source,
  SourceReach,
  TraceRow,
} from '../../projections/traceability/questions.js';
import { shown, shownPage, type Shown } from './answered.js';
import type { Asked } from './asked.js';
import { ReadModelDesk, type Judged } from './read-model-desk.js';

export class TraceKey extends Query<Judged<KeyTrace | undefined>> {
  constructor(
    readonly asked: Asked,
    readonly keyId: string,
  ) {
    super();
  }
}

@QueryHandler(TraceKey)
export class TraceKeyHandler implements IQueryHandler<TraceKey> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, keyId }: TraceKey): Promise<Judged<KeyTrace | undefined>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, asOf) =>
      traceability.traceKey(asOf, keyId),
    );
  }
}

export class AskTimeline extends Query<Judged<readonly Shown<KeyMovement>[] | undefined>> {
  constructor(
    readonly asked: Asked,
    readonly keyId: string,
  ) {
    super();
  }
}

@QueryHandler(AskTimeline)
export class AskTimelineHandler implements IQueryHandler<AskTimeline> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, keyId }: AskTimeline): Promise<Judged<readonly Shown<KeyMovement>[] | undefined>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) =>
      traceability.timeline(known, keyId)?.map(shown),
    );
  }
}

export class TraceOrder extends Query<Judged<readonly TraceRow[] | undefined>> {
  constructor(
    readonly asked: Asked,
    readonly order: {
      readonly merchantId: string;
      readonly orderNo: string;
      readonly unit: number | undefined;
    },
  ) {
    super();
  }
}

@QueryHandler(TraceOrder)
export class TraceOrderHandler implements IQueryHandler<TraceOrder> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, order }: TraceOrder): Promise<Judged<readonly TraceRow[] | undefined>> {
    const { merchantId, orderNo, unit } = order;
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) =>
      traceability.traceOrder(known, merchantId, orderNo, unit),
    );
  }
}

export interface ForwardTrace extends Page<Shown<ForwardRow>> {
  readonly reach: SourceReach;
}

export class TraceForward extends Query<Judged<ForwardTrace>> {
  constructor(
    readonly asked: Asked,
    readonly source: Source,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(TraceForward)
export class TraceForwardHandler implements IQueryHandler<TraceForward> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, source, page }: TraceForward): Promise<Judged<ForwardTrace>> {
    return this.desk.ask(asked, ['traceability'], ({ traceability }, known) => ({
      ...shownPage(traceability.forward(known, source, page)),
      reach: traceability.reach(known, source),
    }));
  }
}
