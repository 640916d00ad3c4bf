import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { invalid } from '../../domain/shared/faults.js';
import type { Instant } from '../../domain/shared/time.js';
import { diff, diffCounts, type DiffRequest } from '../../projections/diff/diff.js';
import type { Figure, SkuDifference } from '../../projections/diff/questions.js';
import type { EventRange } from '../../projections/shared/event-range.js';
import type { MomentQuestions } from '../../projections/moments/questions.js';
import type { Asked, RecordedUntil } from './asked.js';
import { ReadModelDesk, type Judged } from './read-model-desk.js';

/** What changed after one sequence up to another, or of that what occurred between two times. */
export interface Difference {
  readonly afterSequence: number;
  readonly untilSequence: number;
  /** Of the whole ledger: on the first page, where no SKU and no lot is asked about. */
  readonly counts: readonly Figure[];
  readonly skus: readonly SkuDifference[];
  readonly next: string | null;
}

/** Where a difference begins: as recorded, or by what occurred. */
export type DifferenceFrom = RecordedUntil | { readonly kind: 'occurred'; readonly instant: Instant };

export type DifferenceRequest = Omit<DiffRequest, 'range'>;

/** The later moment is `asked.asOf`; or, where what occurred is asked about, `asked.occurredUntil`. */
export class AskDifference extends Query<Judged<Difference>> {
  constructor(
    readonly asked: Asked,
    readonly from: DifferenceFrom,
    readonly request: DifferenceRequest,
  ) {
    super();
  }
}

@QueryHandler(AskDifference)
export class AskDifferenceHandler implements IQueryHandler<AskDifference> {
  constructor(private readonly desk: ReadModelDesk) {}

  execute({ asked, from, request }: AskDifference): Promise<Judged<Difference>> {
    const names = ['inventory', 'cost', 'traceability', 'moments'] as const;
    return this.desk.ask(asked, names, (sources, { sequence: until = 0 }) => {
      const range = rangeOf(asked, from, { until, moments: sources.moments });
      const { rows, next } = diff(sources, { range, ...request });
      const { sku, lotId, afterSku, eventsMax } = request;
      const isWhole = [sku, lotId, afterSku].every((part) => part === undefined);
      return {
        afterSequence: range.after,
        untilSequence: range.until,
        counts: isWhole ? diffCounts(sources, range, eventsMax) : [],
        skus: rows,
        next,
      };
    });
  }
}

interface Present {
  readonly until: number;
  readonly moments: MomentQuestions;
}

/** @throws Refusal `invalid` where the earlier moment is the later one */
function rangeOf(asked: Asked, from: DifferenceFrom, { until, moments }: Present): EventRange {
  if (from.kind === 'occurred') {
    const { occurredUntil } = asked;
    if (from.instant > (occurredUntil ?? Infinity)) throw reversed();
    return { after: 0, until, occurredAfter: from.instant, occurredUntil };
  }
  const after = from.kind === 'sequence' ? from.sequence : moments.sequenceAsOf(from.instant);
  if (after > until) throw reversed();
  return { after, until };
}

function reversed(): Error {
  return invalid([{ field: 'from', message: 'must not be later than `to`' }]);
}
