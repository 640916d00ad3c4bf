import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import { diff, diffCounts, type DiffRequest } from '../../projections/diff/diff.js';
import type { Figure, SkuDifference } from '../../projections/diff/questions.js';
import type { Page } from '../../projections/shared/page.js';
import type { EventRange } from '../../projections/shared/event-range.js';
import { ask } from '../access/reading.js';
import type { MomentQuestions } from '../../projections/moments/questions.js';
import { JobFailed, UsageError } from '../usage-error.js';
import { sequenceAt, type Moment } from './moments.js';

export interface DifferenceWanted {
  readonly from: Moment;
  /** The present unless told. */
  readonly to: Moment | undefined;
  /** What occurred between two times, as it is known now, whenever it was recorded. */
  readonly occurred: boolean;
  readonly sku: string | undefined;
  readonly lotId: string | undefined;
  /** How many events each figure names at most. */
  readonly eventsMax: number;
}

/** What the two moments stand for, and what was counted between them. */
export interface DifferenceHead {
  readonly range: EventRange;
  /** Of the whole ledger; none where one SKU or lot is asked about. */
  readonly counts: readonly Figure[];
}

const SKUS_PER_PAGE = 50;

/** @throws JobFailed where the first moment is the later one, or a sequence that the ledger has not reached */
export function differenceHead(readModels: ReadModels, wanted: DifferenceWanted): DifferenceHead {
  const { sku, lotId, eventsMax } = wanted;
  const sources = ['inventory', 'cost', 'traceability', 'moments'] as const;
  return ask(readModels, sources, ({ moments, traceability }, { sequence: last }) => {
    const range = wanted.occurred ? occurredRange(wanted, last) : recordedRange(wanted, moments, last);
    const counted = sku === undefined && lotId === undefined;
    return { range, counts: counted ? diffCounts({ traceability }, range, eventsMax) : [] };
  }).value;
}

function recordedRange({ from, to }: DifferenceWanted, moments: MomentQuestions, last: number): EventRange {
  const after = sequenceAt(from, moments, last);
  const until = to === undefined ? last : sequenceAt(to, moments, last);
  if (after <= until) return { after, until };
  const later = `${from.text} (sequence ${after}) is later than ${to?.text ?? 'the present'} (sequence ${until})`;
  throw new JobFailed(`${later}; name the earlier moment first`);
}

/** @throws UsageError for a moment that is no time */
function occurredRange({ from, to }: DifferenceWanted, last: number): EventRange {
  if (from.kind !== 'time' || to?.kind === 'sequence')
    throw new UsageError('--occurred is between two times');
  if (to !== undefined && from.instant > to.instant) {
    throw new JobFailed(`${from.text} is later than ${to.text}; name the earlier moment first`);
  }
  return { after: 0, until: last, occurredAfter: from.instant, occurredUntil: to?.instant };
}

/** SKU by SKU, read in pages, so that memory stays flat whatever the range holds. */
export function* skuDifferences(
  readModels: ReadModels,
  range: EventRange,
  { sku, lotId, eventsMax }: DifferenceWanted,
): Iterable<SkuDifference> {
  const sources = ['inventory', 'cost', 'traceability'] as const;
  let afterSku: string | null = '';
  while (afterSku !== null) {
    const request: DiffRequest = { range, sku, lotId, eventsMax, afterSku, limit: SKUS_PER_PAGE };
    const { rows, next }: Page<SkuDifference> = ask(readModels, sources, (queries) =>
      diff(queries, request),
    ).value;
    yield* rows;
    afterSku = next;
  }
}
