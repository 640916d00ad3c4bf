import type { Figure, Mover, SkuDifference } from '../../projections/diff/questions.js';
import { FIGURE_KINDS } from '../../projections/diff/questions.js';
import type { Difference } from '../queries/diff.js';
import { amount, count, cursor, listOf, objectOf, oneOf, orNull, text, time, wholeNumber } from './schema.js';

/** Units, or money. */
const value = { anyOf: [wholeNumber, amount] };

const mover = objectOf<Mover>({
  sequence: wholeNumber,
  type: text,
  stream: text,
  eventId: text,
  occurredAt: time,
  moved: value,
});

const figure = objectOf<Figure>({
  kind: oneOf(...FIGURE_KINDS),
  name: text,
  lotId: orNull(text),
  currency: orNull(text),
  before: value,
  after: value,
  difference: value,
  eventCount: count,
  events: listOf(mover),
});

export const difference = objectOf<Difference>({
  afterSequence: count,
  untilSequence: count,
  counts: listOf(figure),
  skus: listOf(objectOf<SkuDifference>({ sku: text, figures: listOf(figure) })),
  next: orNull(cursor),
});
