import type { Instant } from '../../domain/shared/time.js';
import type { KnownAbout } from '../shared/as-of.js';
import { sequenceOf } from '../shared/as-of.js';
import type { EventRange } from '../shared/event-range.js';
import { occurrenceOf } from '../shared/event-range.js';
import { RunningTimesQueries } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { Amounts, AmountsRow } from './amounts.js';
import { addAmounts, noAmounts, readAmounts } from './amounts.js';
import type { Holder, HolderDimension, Subject } from './holders.js';
import { HOLDER_OF, holderName } from './holders.js';
import { firstSequenceOf, periodOf } from './periods.js';

/** A holder with the number that its balances are kept under. */
export interface BalanceOf extends Holder {
  readonly holderId: number;
}

interface PostingRow extends AmountsRow {
  day: string;
  sku: string;
  lot_id: string;
  supplier_id: string;
  merchant_id: string;
  currency: string;
}

/** A holder's last balance of a period before or at one: of all days, or what one day had added by then. */
export const BALANCE_SQL = `
  SELECT * FROM balances WHERE holder_id = ? AND day = ? AND period <= ? ORDER BY period DESC LIMIT 1`;

/** Postings of part of one period. */
export const TAIL_SQL = 'SELECT * FROM postings WHERE sequence >= ? AND sequence <= ?';

/** Reads balances as of any sequence: the period's before, and the few postings since. */
export class CostBalances {
  private readonly occurred: RunningTimesQueries;
  private readonly lastSequence: Statement<{ sequence: number | null }>;
  private readonly balance: Statement<AmountsRow>;
  private readonly tail: Statement<PostingRow>;
  private readonly late: Statement<PostingRow>;

  constructor(tables: Tables) {
    this.occurred = new RunningTimesQueries(tables, 'occurred_times');
    this.lastSequence = tables.prepare('SELECT max(sequence) AS sequence FROM postings');
    this.balance = tables.prepare(BALANCE_SQL);
    this.tail = tables.prepare(TAIL_SQL);
    this.late = tables.prepare(
      'SELECT * FROM postings WHERE late = 1 AND occurred_at <= ? AND sequence > ? AND sequence <= ?',
    );
  }

  /** The amounts of holders of one dimension, in the order asked; undefined for one without postings by then. */
  asOf(holders: readonly BalanceOf[], known: KnownAbout): readonly (Amounts | undefined)[] {
    const dimension = holders[0]?.dimension;
    if (dimension === undefined) return [];
    const names = holders.map(holderName);
    const last = this.lastSequence.get()?.sequence ?? 0;
    const sequence = Math.min(sequenceOf(known), last);
    const prefix = this.prefix(sequence, known.occurredUntil);
    const since = new Since(dimension, new Set(names));
    if (prefix < last) since.add(this.tail.iterate(firstSequenceOf(periodOf(prefix)), prefix));
    if (known.occurredUntil !== undefined) {
      since.add(this.late.iterate(known.occurredUntil, prefix, sequence));
    }
    const period = prefix === last ? periodOf(prefix) : periodOf(prefix) - 1;
    return holders.map((holder, index) => {
      const row = this.balance.get(holder.holderId, holder.day, period);
      const recent = since.of(names[index]);
      if (row === undefined) return recent;
      const amounts = readAmounts(row);
      if (recent !== undefined) addAmounts(amounts, recent);
      return amounts;
    });
  }

  /** The parameters of a statement over a range's postings. */
  postingsIn(range: EventRange): readonly number[] {
    return [this.occurred.narrowed(range), range.until, ...occurrenceOf(range)];
  }

  private prefix(sequence: number, occurredUntil: Instant | undefined): number {
    if (occurredUntil === undefined) return sequence;
    return Math.min(this.occurred.prefixUntil(occurredUntil) ?? sequence, sequence);
  }
}

/** What postings add to the accounts of those asked about; of others' no amount is read. */
class Since {
  private readonly added = new Map<string, Amounts>();

  constructor(
    private readonly dimension: HolderDimension,
    private readonly names: ReadonlySet<string>,
  ) {}

  add(rows: Iterable<PostingRow>): void {
    for (const row of rows) {
      const holder = HOLDER_OF[this.dimension](subjectOf(row));
      if (holder === undefined) continue;
      const name = holderName({ ...holder, currency: row.currency });
      if (!this.names.has(name)) continue;
      const sum = this.added.get(name) ?? noAmounts();
      addAmounts(sum, readAmounts(row));
      this.added.set(name, sum);
    }
  }

  of(name: string | undefined): Amounts | undefined {
    return name === undefined ? undefined : this.added.get(name);
  }
}

function subjectOf(row: PostingRow): Subject {
  return {
    day: row.day,
    sku: row.sku,
    lotId: row.lot_id,
    supplierId: row.supplier_id,
    merchantId: row.merchant_id,
    currency: row.currency,
  };
}
