import type { Instant } from '../../domain/shared/time.js';
import type { Place } from '../read-model.js';

export interface MomentQuestions {
  /**
   * The last sequence of the longest prefix of the ledger in which every event was recorded at or before the moment;
   * 0 when even the first was recorded later.
   */
  sequenceAsOf(recorded: Instant): number;
  /** Of an event at or shortly before a sequence: where to start reading the log for what follows it; undefined: at its start. */
  placeNear(sequence: number): Place | undefined;
}
