import type { Instant } from '../../domain/shared/time.js';

export interface MomentQuestions {
  /**
   * The last sequence of the longest prefix of the ledger in which every event was recorded at or before the moment;
   * 0 when even the first was recorded later.
   */
  sequenceAsOf(recorded: Instant): number;
}
