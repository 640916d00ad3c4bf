import type { EventContext } from '../../domain/shared/event.js';
import { businessDayOf, instantOf } from '../../domain/shared/time.js';
import { NumberRanges } from '../shared/number-ranges.js';
import { RunningTimes } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { Amounts, AmountsRow } from './amounts.js';
import { addAmounts, noAmounts, readAmounts, storeAmounts } from './amounts.js';
import type { Holder, HolderDimension } from './holders.js';
import { holderName, holdersOf, NUMBERED_AS } from './holders.js';
import type { Line } from './lines.js';
import { periodOf } from './periods.js';

interface Balance {
  readonly holderId: number;
  /** '' for all days together. */
  readonly day: string;
  readonly amounts: Amounts;
}

/** Remembered balances of a dimension; beyond it they are forgotten, so memory does not grow with the ledger. */
const ACCOUNTS_MAX = 20_000;
/** Days go by: most of theirs are not asked for again. */
const DAYS_MAX = 10_000;

/** Balances by dimension and name. */
class RememberedBalances {
  private readonly byDimension = new Map<HolderDimension, Map<string, Balance>>();

  /** @param most of each dimension */
  constructor(private readonly most: number) {}

  of(dimension: HolderDimension): Map<string, Balance> {
    let known = this.byDimension.get(dimension);
    if (known === undefined) this.byDimension.set(dimension, (known = new Map<string, Balance>()));
    return known;
  }

  shrink(): void {
    for (const known of this.byDimension.values()) if (known.size > this.most) known.clear();
  }
}

/** Writes postings, and keeps the balances of everyone they concern; those are written back before a commit. */
export class CostJournal {
  private readonly accounts = new RememberedBalances(ACCOUNTS_MAX);
  private readonly days = new RememberedBalances(DAYS_MAX);
  private readonly dirty = new Set<Balance>();
  private readonly times: RunningTimes;
  private readonly post: Statement<unknown>;
  private readonly findHolder: Statement<{ holder_id: number }>;
  private readonly anyHolder: Statement<{ holder_id: number }>;
  private readonly addHolder: Statement<unknown>;
  private readonly lastBalance: Statement<AmountsRow>;
  private readonly setBalance: Statement<unknown>;
  private readonly numbers: NumberRanges;
  private period = 0;

  constructor(tables: Tables) {
    this.times = new RunningTimes(tables, 'occurred_times');
    this.post = tables.prepare(
      'INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.findHolder = tables.prepare(
      'SELECT holder_id FROM holders WHERE dimension = ? AND key = ? AND currency = ?',
    );
    this.addHolder = tables.prepare('INSERT INTO holders VALUES (?, ?, ?, ?)');
    this.anyHolder = tables.prepare('SELECT holder_id FROM holders WHERE dimension = ? AND key = ? LIMIT 1');
    this.lastBalance = tables.prepare(
      'SELECT * FROM balances WHERE holder_id = ? AND day = ? ORDER BY period DESC LIMIT 1',
    );
    this.setBalance = tables.prepare('INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.numbers = new NumberRanges(tables, 'holders', 'holder_id');
  }

  /** Posts one event's lines. */
  record(lines: readonly Line[], context: EventContext, sequence: number): void {
    this.enter(periodOf(sequence));
    const occurredAt = instantOf(context.occurredAt);
    const late = this.times.note(sequence, occurredAt) ? 1 : 0;
    const day = businessDayOf(occurredAt);
    lines.forEach(({ about, amounts }, index) => {
      const { sku, lotId, supplierId, merchantId, currency } = about;
      const stored = storeAmounts(amounts);
      const heading = [sequence, index, occurredAt, late, day, sku, lotId, supplierId, merchantId, currency];
      this.post.run(...heading, ...stored);
      for (const holder of holdersOf({ ...about, day })) {
        const balance = this.balance(holder, sku);
        addAmounts(balance.amounts, amounts);
        this.dirty.add(balance);
      }
    });
  }

  flush(): void {
    for (const balance of this.dirty) this.write(balance);
    this.dirty.clear();
    this.accounts.shrink();
    this.days.shrink();
  }

  private write({ holderId, day, amounts }: Balance): void {
    this.setBalance.run(holderId, day, this.period, ...storeAmounts(amounts));
  }

  /** A period's balances are those after its last posting, so they are written before the next one begins. */
  private enter(period: number): void {
    if (period === this.period) return;
    this.flush();
    this.period = period;
  }

  private balance(holder: Holder, sku: string): Balance {
    const { dimension, day } = holder;
    const known = (day === '' ? this.accounts : this.days).of(dimension);
    const name = holderName(holder);
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const holderId = this.numberOf(holder) ?? this.opened(holder, sku);
    const last = this.lastBalance.get(holderId, day);
    const balance = { holderId, day, amounts: last === undefined ? noAmounts() : readAmounts(last) };
    known.set(name, balance);
    return balance;
  }

  private numberOf({ dimension, key, currency }: Holder): number | undefined {
    return this.findHolder.get(NUMBERED_AS[dimension], key, currency)?.holder_id;
  }

  /** A lot has a number beside its SKU's, which is opened first. */
  private opened({ dimension, key, currency }: Holder, sku: string): number {
    const neighbour = dimension === 'lot' ? ['sku', sku] : [NUMBERED_AS[dimension], key];
    const holderId = this.numbers.next(this.anyHolder.get(...neighbour)?.holder_id);
    this.addHolder.run(holderId, NUMBERED_AS[dimension], key, currency);
    return holderId;
  }
}
