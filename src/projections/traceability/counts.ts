import { instantOf } from '../../domain/shared/time.js';
import type { EventContext } from '../../domain/shared/event.js';
import type { KnownAbout } from '../shared/as-of.js';
import { boundsOf } from '../shared/as-of.js';
import type { EventRange } from '../shared/event-range.js';
import { occurrenceOf } from '../shared/event-range.js';
import { RunningTimes, RunningTimesQueries, runningTimesSchema } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { Counted, CountMoves } from './questions.js';

/** A journal of counts: what each event added to a kind of thing, and the total after it. */
export const COUNTS_SCHEMA = `
  CREATE TABLE counts (
    counted TEXT NOT NULL, sequence INTEGER NOT NULL, occurred_at INTEGER NOT NULL, quantity INTEGER NOT NULL,
    total INTEGER NOT NULL, late INTEGER NOT NULL, PRIMARY KEY (counted, sequence)
  ) WITHOUT ROWID;
  CREATE INDEX late_counts ON counts (counted, sequence, occurred_at, quantity) WHERE late = 1;
  ${runningTimesSchema('counted_times')}
`;

/** Where and when something was counted. */
export interface CountedAt {
  readonly sequence: number;
  readonly context: EventContext;
}

/** Counts what events add, once an event. */
export class Counter {
  private readonly totals = new Map<Counted, number>();
  private readonly times: RunningTimes;
  private readonly last: Statement<{ total: number }>;
  private readonly insert: Statement<unknown>;

  constructor(tables: Tables) {
    this.times = new RunningTimes(tables, 'counted_times');
    this.last = tables.prepare('SELECT total FROM counts WHERE counted = ? ORDER BY sequence DESC LIMIT 1');
    this.insert = tables.prepare('INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?)');
  }

  add({ sequence, context }: CountedAt, added: Readonly<Partial<Record<Counted, number>>>): void {
    const occurredAt = instantOf(context.occurredAt);
    const late = this.times.note(sequence, occurredAt) ? 1 : 0;
    for (const [name, quantity] of Object.entries(added)) {
      if (quantity === 0) continue;
      const counted = name as Counted;
      const total = (this.totals.get(counted) ?? this.last.get(counted)?.total ?? 0) + quantity;
      this.totals.set(counted, total);
      this.insert.run(counted, sequence, occurredAt, quantity, total, late);
    }
  }
}

export class CountReader {
  private readonly times: RunningTimesQueries;
  private readonly asOf: Statement<{ total: number }>;
  private readonly late: Statement<{ quantity: number }>;
  private readonly first: Statement<{ sequence: number; quantity: number }>;
  private readonly number: Statement<{ events: number }>;

  constructor(tables: Tables) {
    this.times = new RunningTimesQueries(tables, 'counted_times');
    this.asOf = tables.prepare(
      'SELECT total FROM counts WHERE counted = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1',
    );
    this.late = tables.prepare(
      `SELECT coalesce(sum(quantity), 0) AS quantity FROM counts INDEXED BY late_counts
       WHERE late = 1 AND counted = ? AND sequence > ? AND sequence <= ? AND occurred_at <= ?`,
    );
    const within = `FROM counts
       WHERE counted = ? AND sequence > ? AND sequence <= ? AND occurred_at > ? AND occurred_at <= ?`;
    this.first = tables.prepare(`SELECT sequence, quantity ${within} ORDER BY sequence LIMIT ?`);
    this.number = tables.prepare(`SELECT count(*) AS events ${within}`);
  }

  count(counted: Counted, known: KnownAbout): number {
    const [sequence, occurredUntil] = boundsOf(known);
    if (known.occurredUntil === undefined) return this.totalAt(counted, sequence);
    const prefix = Math.min(this.times.prefixUntil(occurredUntil) ?? sequence, sequence);
    const late = this.late.get(counted, prefix, sequence, occurredUntil)?.quantity ?? 0;
    return this.totalAt(counted, prefix) + late;
  }

  moves(counted: Counted, range: EventRange, limit: number): CountMoves {
    const within = [this.times.narrowed(range), range.until, ...occurrenceOf(range)];
    return {
      eventCount: this.number.get(counted, ...within)?.events ?? 0,
      first: this.first.all(counted, ...within, limit),
    };
  }

  private totalAt(counted: Counted, sequence: number): number {
    return this.asOf.get(counted, sequence)?.total ?? 0;
  }
}
