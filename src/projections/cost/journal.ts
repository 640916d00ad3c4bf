import type { EventContext } from '../../domain/shared/event.js';
import { businessDayOf, instantOf } from '../../domain/shared/time.js';
import { RunningTimes } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { Amounts, AmountsRow } from './amounts.js';
import { addAmounts, noAmounts, readAmounts, storeAmounts } from './amounts.js';
import type { Holder, HolderDimension } from './holders.js';
import { holderName, holdersOf } from './holders.js';
import type { Line } from './lines.js';
import { periodOf } from './periods.js';

/** Of an account, which has a number, or of what a day added to one, which has none. */
interface Balance {
  readonly holder: Holder;
  readonly holderId: number | null;
  readonly amounts: Amounts;
}

/** Remembered balances of a dimension; beyond it they are forgotten, so memory does not grow with the ledger. */
const ACCOUNTS_MAX = 20_000;
/** Days go by: most of theirs are not asked for again. */
const DAYS_MAX = 10_000;

const LAST_OF_DAY_SQL = `
  SELECT * FROM day_balances WHERE dimension = ? AND key = ? AND day = ? AND currency = ?
  ORDER BY period DESC LIMIT 1`;

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
  private readonly addHolder: Statement<unknown>;
  private readonly lastBalance: Statement<AmountsRow>;
  private readonly setBalance: Statement<unknown>;
  private readonly lastOfDay: Statement<AmountsRow>;
  private readonly setOfDay: Statement<unknown>;
  private nextHolderId: number;
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
    this.lastBalance = tables.prepare(
      'SELECT * FROM balances WHERE holder_id = ? ORDER BY period DESC LIMIT 1',
    );
    this.setBalance = tables.prepare('INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.lastOfDay = tables.prepare(LAST_OF_DAY_SQL);
    this.setOfDay = tables.prepare(
      'INSERT OR REPLACE INTO day_balances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const last = tables.prepare<{ id: number | null }>('SELECT max(holder_id) AS id FROM holders').get();
    this.nextHolderId = (last?.id ?? 0) + 1;
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
        const balance = this.balance(holder);
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

  private write({ holder, holderId, amounts }: Balance): void {
    const stored = storeAmounts(amounts);
    if (holderId !== null) {
      this.setBalance.run(holderId, this.period, ...stored);
      return;
    }
    const { dimension, key, day, currency } = holder;
    this.setOfDay.run(dimension, key, day, currency, this.period, ...stored);
  }

  /** A period's balances are those after its last posting, so they are written before the next one begins. */
  private enter(period: number): void {
    if (period === this.period) return;
    this.flush();
    this.period = period;
  }

  private balance(holder: Holder): Balance {
    const isOfDay = holder.day !== '';
    const known = (isOfDay ? this.days : this.accounts).of(holder.dimension);
    const name = holderName(holder);
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const balance = isOfDay ? this.ofDay(holder) : (this.stored(holder) ?? this.opened(holder));
    known.set(name, balance);
    return balance;
  }

  private ofDay(holder: Holder): Balance {
    const { dimension, key, day, currency } = holder;
    const last = this.lastOfDay.get(dimension, key, day, currency);
    return { holder, holderId: null, amounts: last === undefined ? noAmounts() : readAmounts(last) };
  }

  private stored(holder: Holder): Balance | undefined {
    const row = this.findHolder.get(holder.dimension, holder.key, holder.currency);
    if (row === undefined) return undefined;
    const holderId = row.holder_id;
    const last = this.lastBalance.get(holderId);
    return { holder, holderId, amounts: last === undefined ? noAmounts() : readAmounts(last) };
  }

  private opened(holder: Holder): Balance {
    const holderId = this.nextHolderId++;
    this.addHolder.run(holderId, holder.dimension, holder.key, holder.currency);
    return { holder, holderId, amounts: noAmounts() };
  }
}
