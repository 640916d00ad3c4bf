import type { Instant } from '../../domain/shared/time.js';
import type { KnownAbout } from '../shared/as-of.js';
import { sequenceOf } from '../shared/as-of.js';
import { RunningTimesQueries } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { Amounts, AmountsRow } from './amounts.js';
import { addAmounts, noAmounts, readAmounts } from './amounts.js';
import type { Holder, Subject } from './holders.js';
import { holderName, holdersOf } from './holders.js';
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

/** A holder's last balance of a period before or at one. */
export const BALANCE_SQL =
  'SELECT * FROM balances WHERE holder_id = ? AND period <= ? ORDER BY period DESC LIMIT 1';

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

  /** Each holder's amounts, in the order asked; undefined for one without postings by then. */
  asOf(holders: readonly BalanceOf[], known: KnownAbout): readonly (Amounts | undefined)[] {
    const last = this.lastSequence.get()?.sequence ?? 0;
    const sequence = Math.min(sequenceOf(known), last);
    const prefix = this.prefix(sequence, known.occurredUntil);
    const since = prefix === last ? [] : this.tail.all(firstSequenceOf(periodOf(prefix)), prefix);
    const period = prefix === last ? periodOf(prefix) : periodOf(prefix) - 1;
    if (known.occurredUntil !== undefined)
      since.push(...this.late.all(known.occurredUntil, prefix, sequence));
    const added = new Map<string, Amounts>();
    for (const row of since) addPosting(added, row);
    return holders.map((holder) => {
      const row = this.balance.get(holder.holderId, period);
      const recent = added.get(holderName(holder));
      if (row === undefined) return recent;
      const amounts = readAmounts(row);
      if (recent !== undefined) addAmounts(amounts, recent);
      return amounts;
    });
  }

  private prefix(sequence: number, occurredUntil: Instant | undefined): number {
    if (occurredUntil === undefined) return sequence;
    return Math.min(this.occurred.prefixUntil(occurredUntil) ?? sequence, sequence);
  }
}

function addPosting(added: Map<string, Amounts>, row: PostingRow): void {
  const amounts = readAmounts(row);
  const subject: Subject = {
    day: row.day,
    sku: row.sku,
    lotId: row.lot_id,
    supplierId: row.supplier_id,
    merchantId: row.merchant_id,
    currency: row.currency,
  };
  for (const holder of holdersOf(subject)) {
    const name = holderName(holder);
    const sum = added.get(name) ?? noAmounts();
    addAmounts(sum, amounts);
    added.set(name, sum);
  }
}
