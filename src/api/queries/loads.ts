import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { LoadRefusal, LoadView } from '../../projections/loads/questions.js';
import type { Asked } from './asked.js';
import { ReadModelDesk, type Judged } from './read-model-desk.js';

export interface LoadOutcome {
  readonly load: LoadView;
  readonly refusals: readonly LoadRefusal[];
}

/** Of one pack, or the load that started last. */
export class AskLoad extends Query<Judged<LoadOutcome | undefined>> {
  constructor(
    readonly asked: Asked,
    readonly packDigest: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(AskLoad)
export class AskLoadHandler implements IQueryHandler<AskLoad> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, packDigest }: AskLoad): Promise<Judged<LoadOutcome | undefined>> {
    return this.desk.ask(asked, ['loads'], ({ loads }, known) => {
      const load = packDigest === undefined ? loads.newest(known) : loads.load(packDigest, known);
      return load === undefined ? undefined : { load, refusals: loads.refusals(load.packDigest, known) };
    });
  }
}
