import type { Known } from '../shared/as-of.js';

export interface LoadRefusal {
  /** 1-based line of operations.jsonl. */
  readonly line: number;
  readonly op: string;
  readonly code: string;
  readonly ids: Readonly<Record<string, string>>;
}

export interface LoadView {
  readonly packDigest: string;
  readonly name: string;
  /** The last recorded operation's time as the pack writes it; null before the first. */
  readonly asOf: string | null;
  /** Lines recorded so far. */
  readonly lines: number;
  readonly done: number;
  readonly replayed: number;
  readonly refused: number;
  readonly finished: boolean;
}

export interface LoadQuestions {
  /** The load that started last. */
  newest(known: Known): LoadView | undefined;
  load(packDigest: string, known: Known): LoadView | undefined;
  /** In order of line. */
  refusals(packDigest: string, known: Known): readonly LoadRefusal[];
}
