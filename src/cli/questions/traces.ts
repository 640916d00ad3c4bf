import { instantOf } from '../../domain/shared/time.js';
import type { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { KeyMovement, KeyTrace, TraceRow } from '../../projections/traceability/questions.js';
import { ask } from '../access/reading.js';
import { judgedAt } from './report.js';

export interface Place {
  readonly merchantId: string;
  readonly orderNo: string;
  /** From 1; all places of the order where absent. */
  readonly unit?: number;
}

type WithTimeline<Traced> = Traced & { readonly timeline: readonly KeyMovement[] };

/** The way of an order's keys back to their source; undefined for an order or place that is not known. */
export function traceOfOrder(
  readModels: ReadModels,
  place: Place,
): readonly WithTimeline<TraceRow>[] | undefined {
  return ask(readModels, ['traceability'], ({ traceability }, known) => {
    const rows = traceability.traceOrder(known, place.merchantId, place.orderNo, place.unit);
    if (rows === undefined || rows.length === 0) return undefined;
    return rows.map((row) => ({ ...row, timeline: traceability.timeline(known, row.keyId) ?? [] }));
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
): WithTimeline<KeyTrace> | undefined {
  const at = instantOf(judgedAt(readModels, now));
  return ask(readModels, ['traceability'], ({ traceability }, { sequence }) => {
    const trace = traceability.traceKey({ sequence, at }, keyId);
    if (trace === undefined) return undefined;
    return { ...trace, timeline: traceability.timeline({ sequence }, keyId) ?? [] };
  }).value;
}
