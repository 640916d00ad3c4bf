import type { MovingEvent } from '../traceability/questions.js';

/** Units as a whole number, money as a decimal with six digits. */
export type Value = number | string;

/** One event's part in a difference. */
export interface Mover extends MovingEvent {
  readonly moved: Value;
}

/** What a figure is of: of a whole SKU its stock, pools and money; of one lot its stock and money; of the ledger a count. */
export const FIGURE_KINDS = ['count', 'stock', 'pool', 'money', 'lotStock', 'lotMoney'] as const;

export type FigureKind = (typeof FIGURE_KINDS)[number];

/** A figure that some event moved between two moments, with the events that add up to its difference. */
export interface Figure {
  readonly kind: FigureKind;
  /** What is counted, the state of units, the pool, or the account. */
  readonly name: string;
  /** Null where it is of no single lot. */
  readonly lotId: string | null;
  /** Of money; else null. */
  readonly currency: string | null;
  readonly before: Value;
  readonly after: Value;
  readonly difference: Value;
  /** How many events moved it. */
  readonly eventCount: number;
  /** The first of them, as many as were asked for. */
  readonly events: readonly Mover[];
}

export interface SkuDifference {
  readonly sku: string;
  readonly figures: readonly Figure[];
}
