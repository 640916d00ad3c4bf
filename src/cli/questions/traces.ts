import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { KeyMovement, KeyTrace, TraceRow } from '../../projections/traceability/questions.js';
import { ask } from '../access/reading.js';
import { THE_PRESENT, type AskedMoment } from './moments.js';
import { judgedAsOf } from './report.js';

export interface Place {
  readonly merchantId: string;
  readonly orderNo: string;
  /** From 1; all places of the order where absent. */
  readonly unit?: number;
}

/** Without the engine's position, which would be another one after a move: the sequence is the same everywhere. */
export type PortableMovement = Omit<KeyMovement, 'position'>;

type WithTimeline<Traced> = Traced & { readonly timeline: readonly PortableMovement[] };

const SOURCES = ['traceability', 'loads', 'moments'] as const;

/**
 * The way of an order's keys back to their source; undefined for an order or place that is not known.
 * @param now RFC 3339
 */
export function traceOfOrder(
  readModels: ReadModels,
  place: Place,
  now: string,
  asked: AskedMoment = THE_PRESENT,
): readonly WithTimeline<TraceRow>[] | undefined {
  return ask(readModels, SOURCES, (queries, { sequence }) => {
    const { traceability } = queries;
    const { asOf } = judgedAsOf(queries, asked, { sequence, now });
    const rows = traceability.traceOrder(asOf, place.merchantId, place.orderNo, place.unit);
    if (rows === undefined || rows.length === 0) return undefined;
    return rows.map((row) => ({ ...row, timeline: portable(traceability.timeline(asOf, row.keyId)) }));
  }).value;
}

/**
 * What became of a key; undefined for one that is not known.
 * @param now RFC 3339
 */
export function traceOfKey(
  readModels: ReadModels,
  keyId: string,
  now: string,
  asked: AskedMoment = THE_PRESENT,
): WithTimeline<KeyTrace> | undefined {
  return ask(readModels, SOURCES, (queries, { sequence }) => {
    const { traceability } = queries;
    const { asOf } = judgedAsOf(queries, asked, { sequence, now });
    const trace = traceability.traceKey(asOf, keyId);
    return trace === undefined
      ? undefined
      : { ...trace, timeline: portable(traceability.timeline(asOf, keyId)) };
  }).value;
}

function portable(timeline: readonly KeyMovement[] = []): PortableMovement[] {
  return timeline.map(({ position: _position, ...movement }) => movement);
}
