import { compareCodePoints } from '../../domain/shared/code-points.js';
import { formatAmount } from '../../domain/shared/money.js';
import type { CostQuestions } from '../cost/questions.js';
import type { InventoryQuestions } from '../inventory/questions.js';
import type { Page } from '../shared/page.js';
import type { EventRange } from '../shared/event-range.js';
import { endsOf } from '../shared/event-range.js';
import type { MovingEvent, TraceabilityQuestions } from '../traceability/questions.js';
import { COUNTED } from '../traceability/questions.js';
import { FigureBalances } from './balances.js';
import type { FigureKey, FigureSum, Move } from './figure-sums.js';
import { ACCOUNTS, STATES, sumPostings } from './postings.js';
import type { Figure, SkuDifference, Value } from './questions.js';
import { FIGURE_KINDS } from './questions.js';

/** The read models that a difference is read from, all standing at one sequence. */
export interface DiffSources {
  readonly inventory: InventoryQuestions;
  readonly cost: CostQuestions;
  readonly traceability: TraceabilityQuestions;
}

export interface DiffRequest {
  readonly range: EventRange;
  /** Of one SKU, or of one lot alone. */
  readonly sku?: string | undefined;
  readonly lotId?: string | undefined;
  /** The `next` of the page before. */
  readonly afterSku?: string | undefined;
  /** SKUs of a page at most. */
  readonly limit: number;
  /** How many events each figure names at most. */
  readonly eventsMax: number;
}

/** A figure's postings do not add up to its difference: the read model is damaged. */
export class DifferenceUnexplained extends Error {
  override readonly name = 'DifferenceUnexplained';
}

/** A page ends before its limit when it holds so many figures. */
const FIGURES_MAX = 2000;

interface MovedSku {
  readonly sku: string;
  readonly sums: readonly FigureSum[];
}

/**
 * What changed between two moments, SKU by SKU in code-point order: figures at both, from balances, and the events whose
 * postings are the difference. It takes the postings of the range alone, and never replays.
 * @throws DifferenceUnexplained
 */
export function diff(sources: DiffSources, request: DiffRequest): Page<SkuDifference> {
  const { moved, next } = movedSkus(sources, request);
  const wanted = moved.map(({ sku, sums }) => ({ sku, lotIds: lotsOf(sums) }));
  const ends = endsOf(request.range);
  const before = new FigureBalances(sources, wanted, ends.before);
  const after = new FigureBalances(sources, wanted, ends.after);
  const events = eventsOf(
    sources,
    moved.flatMap(({ sums }) => sums.flatMap(({ moves }) => moves)),
  );
  const rows = moved.map(({ sku, sums }) => ({
    sku,
    figures: sums
      .map((sum) => ({ sum, before: before.of(sku, sum.key), after: after.of(sku, sum.key) }))
      .sort((a, b) => compareKeys(a.sum.key, b.sum.key))
      .map((ends) => figureOf(ends, events)),
  }));
  return { rows, next };
}

/** What was counted of the whole ledger. */
export function diffCounts(
  sources: Pick<DiffSources, 'traceability'>,
  range: EventRange,
  eventsMax: number,
): readonly Figure[] {
  const { traceability } = sources;
  const ends = endsOf(range);
  return COUNTED.flatMap((counted) => {
    const { eventCount, first } = traceability.countMoves(counted, range, eventsMax);
    if (eventCount === 0) return [];
    const before = traceability.count(counted, ends.before);
    const after = traceability.count(counted, ends.after);
    const events = eventsOf(sources, first);
    const movers = first.map(({ sequence, quantity }) => ({ ...found(events, sequence), moved: quantity }));
    const about = { kind: 'count' as const, name: counted, lotId: null, currency: null };
    return [{ ...about, before, after, difference: after - before, eventCount, events: movers }];
  });
}

function movedSkus(
  sources: DiffSources,
  request: DiffRequest,
): { moved: readonly MovedSku[]; next: string | null } {
  const { skus, isLast } = candidates(sources, request);
  const moved: MovedSku[] = [];
  let figures = 0;
  for (const sku of skus) {
    const sums = sumPostings(sources, { sku, lotId: request.lotId }, request.range, request.eventsMax);
    figures += sums.length;
    if (moved.length > 0 && figures > FIGURES_MAX) return { moved, next: moved.at(-1)?.sku ?? null };
    if (sums.length > 0) moved.push({ sku, sums });
  }
  return { moved, next: isLast ? null : (skus.at(-1) ?? null) };
}

/** SKUs that may have moved, one page of them. */
function candidates({ inventory }: DiffSources, request: DiffRequest): { skus: string[]; isLast: boolean } {
  const { range, sku, lotId, afterSku = '', limit } = request;
  const lotSku = lotId === undefined ? undefined : inventory.skuOfLot({ sequence: range.until }, lotId);
  if (lotId !== undefined && (lotSku === undefined || (sku ?? lotSku) !== lotSku)) {
    return { skus: [], isLast: true };
  }
  const only = lotSku ?? sku;
  if (only !== undefined) return { skus: [only], isLast: true };
  const skus = inventory.movedSkus(range, afterSku, limit + 1);
  return { skus: skus.slice(0, limit), isLast: skus.length <= limit };
}

function lotsOf(sums: readonly FigureSum[]): readonly string[] {
  return [...new Set(sums.flatMap(({ key }) => key.lotId ?? []))];
}

function eventsOf(
  { traceability }: Pick<DiffSources, 'traceability'>,
  moves: readonly Pick<Move, 'sequence'>[],
): ReadonlyMap<number, MovingEvent> {
  const sequences = [...new Set(moves.map(({ sequence }) => sequence))];
  return new Map(traceability.movingEvents(sequences).map((event) => [event.sequence, event]));
}

function found(events: ReadonlyMap<number, MovingEvent>, sequence: number): MovingEvent {
  const event = events.get(sequence);
  if (event === undefined) throw new RangeError(`event ${sequence} was not asked for`);
  return event;
}

interface Ends {
  readonly sum: FigureSum;
  readonly before: bigint;
  readonly after: bigint;
}

function figureOf({ sum, before, after }: Ends, events: ReadonlyMap<number, MovingEvent>): Figure {
  const { key, eventCount, moves } = sum;
  if (before + sum.sum !== after) {
    throw new DifferenceUnexplained(
      `${key.kind} ${key.name} of ${key.lotId ?? 'the SKU'} went from ${before} to ${after}, but its postings add up to ` +
        `${sum.sum}; compare the read models with the ledger: sourcebook projections verify`,
    );
  }
  const value = (amount: bigint): Value => (key.currency === null ? Number(amount) : formatAmount(amount));
  return {
    ...key,
    before: value(before),
    after: value(after),
    difference: value(after - before),
    eventCount,
    events: moves.map(({ sequence, moved }) => ({ ...found(events, sequence), moved: value(moved) })),
  };
}

/** By kind, lot, currency, and then as states and accounts are listed, pools in code-point order. */
function compareKeys(a: FigureKey, b: FigureKey): number {
  return (
    FIGURE_KINDS.indexOf(a.kind) - FIGURE_KINDS.indexOf(b.kind) ||
    compareCodePoints(a.lotId ?? '', b.lotId ?? '') ||
    compareCodePoints(a.currency ?? '', b.currency ?? '') ||
    rankOf(a.name) - rankOf(b.name) ||
    compareCodePoints(a.name, b.name)
  );
}

const NAMES: readonly string[] = [...STATES, ...ACCOUNTS];

function rankOf(name: string): number {
  return NAMES.indexOf(name);
}
