import type { DomainEvent } from '../shared/event.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

/** What became of one line of a pack's operations. */
export interface LineOutcome {
  /** 1-based line of operations.jsonl. */
  readonly line: number;
  readonly op: string;
  readonly outcome: 'done' | 'replayed' | 'refused';
  /** The refusal's code; null unless refused. */
  readonly code: string | null;
  /** Of a refused line: the ids that it carried at its top level, in the answer's names (poId, lotId …). */
  readonly ids: Readonly<Record<string, string>> | null;
}

export type LoadStarted = DomainEvent<'LoadStarted', { packDigest: string; name: string }>;

export type OperationsRecorded = DomainEvent<
  'OperationsRecorded',
  {
    packDigest: string;
    outcomes: readonly LineOutcome[];
    /** The last of these lines' time as it is written in the pack. */
    at: string;
  }
>;

export type LoadFinished = DomainEvent<
  'LoadFinished',
  { packDigest: string; lines: number; done: number; replayed: number; refused: number; at: string | null }
>;

export type LoadEvent = LoadStarted | OperationsRecorded | LoadFinished;
