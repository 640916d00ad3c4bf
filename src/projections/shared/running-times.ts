import type { Instant } from '../../domain/shared/time.js';
import { SEQUENCE_MAX } from './as-of.js';
import type { EventRange } from './event-range.js';
import type { Statement, Tables } from './tables.js';

/**
 * The latest time seen so far, wherever it moved on: it turns "up to this moment" into a prefix of the ledger,
 * although times may go back.
 */
export function runningTimesSchema(table: string): string {
  return `CREATE TABLE ${table} (latest INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);`;
}

export class RunningTimes {
  private latest: Instant;
  private readonly insert: Statement<unknown>;

  constructor(tables: Tables, table: string) {
    const row = tables.prepare<{ latest: number | null }>(`SELECT max(latest) AS latest FROM ${table}`).get();
    this.latest = row?.latest ?? Number.MIN_SAFE_INTEGER;
    this.insert = tables.prepare(`INSERT INTO ${table} VALUES (?, ?)`);
  }

  /** Takes note of an event's time. True when an earlier event's was later: this one comes late. */
  note(sequence: number, instant: Instant): boolean {
    if (instant <= this.latest) return instant < this.latest;
    this.latest = instant;
    this.insert.run(instant, sequence);
    return false;
  }
}

export class RunningTimesQueries {
  private readonly next: Statement<{ sequence: number }>;

  constructor(tables: Tables, table: string) {
    this.next = tables.prepare(`SELECT sequence FROM ${table} WHERE latest > ? ORDER BY latest LIMIT 1`);
  }

  /** The first sequence after one at which an event after a moment may stand. */
  narrowed({ after, occurredAfter }: EventRange): number {
    if (occurredAfter === undefined) return after;
    return Math.max(after, this.prefixUntil(occurredAfter) ?? SEQUENCE_MAX);
  }

  /** The end of the longest prefix in which every time noted is at or before the moment; undefined when all are. */
  prefixUntil(moment: Instant): number | undefined {
    const next = this.next.get(moment);
    return next === undefined ? undefined : next.sequence - 1;
  }
}
