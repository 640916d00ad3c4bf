import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CostDimension, CostRow, DayRow, DaysRequest } from '../../projections/cost/questions.js';
import type { Page, PageRequest } from '../../projections/shared/page.js';
import type { Asked } from './asked.js';
import { ReadModelDesk, type Judged } from './read-model-desk.js';

export class AskCosts extends Query<Judged<Page<CostRow>>> {
  constructor(
    readonly asked: Asked,
    readonly dimension: CostDimension,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(AskCosts)
export class AskCostsHandler implements IQueryHandler<AskCosts> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, dimension, page }: AskCosts): Promise<Judged<Page<CostRow>>> {
    return this.desk.ask(asked, ['cost'], ({ cost }, known) => cost.accountsBy(dimension, known, page));
  }
}

export class AskCostsOf extends Query<Judged<Page<CostRow>>> {
  constructor(
    readonly asked: Asked,
    readonly dimension: CostDimension,
    readonly key: string,
  ) {
    super();
  }
}

@QueryHandler(AskCostsOf)
export class AskCostsOfHandler implements IQueryHandler<AskCostsOf> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, dimension, key }: AskCostsOf): Promise<Judged<Page<CostRow>>> {
    return this.desk.ask(asked, ['cost'], ({ cost }, known) => ({
      rows: cost.accountsOf(dimension, key, known),
      next: null,
    }));
  }
}

export class AskDays extends Query<Judged<Page<DayRow>>> {
  constructor(
    readonly asked: Asked,
    readonly request: DaysRequest,
  ) {
    super();
  }
}

@QueryHandler(AskDays)
export class AskDaysHandler implements IQueryHandler<AskDays> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, request }: AskDays): Promise<Judged<Page<DayRow>>> {
    return this.desk.ask(asked, ['cost'], ({ cost }, known) => ({
      rows: cost.days(request, known),
      next: null,
    }));
  }
}
