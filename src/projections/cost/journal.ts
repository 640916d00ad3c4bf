import type { EventContext } from '../../domain/shared/event.js';
import { businessDayOf, instantOf } from '../../domain/shared/time.js';
import { RunningTimes } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { Amounts, AmountsRow } from './amounts.js';
import { addAmounts, noAmounts, readAmounts, storeAmounts } from './amounts.js';
import type { Holder } from './holders.js';
import { holderName, holdersOf } from './holders.js';
import type { Line } from './lines.js';
import { periodOf } from './periods.js';

interface Balance {
  readonly holderId: number;
  readonly amounts: Amounts;
}

/** Remembered balances; beyond it the cache starts afresh, so memory does not grow with the ledger. */
const BALANCES_MAX = 50_000;

/** Writes postings, and keeps the balances of everyone they concern; those are written back before a commit. */
export class CostJournal {
  private readonly balances = new Map<string, Balance>();
  private readonly dirty = new Set<Balance>();
  private readonly times: RunningTimes;
  private readonly post: Statement<unknown>;
  private readonly findHolder: Statement<{ holder_id: number }>;
  private readonly addHolder: Statement<unknown>;
  private readonly lastBalance: Statement<AmountsRow>;
  private readonly setBalance: Statement<unknown>;
  private nextHolderId: number;
  private period = 0;

  constructor(tables: Tables) {
    this.times = new RunningTimes(tables, 'occurred_times');
    this.post = tables.prepare(
      'INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.findHolder = tables.prepare(
      'SELECT holder_id FROM holders WHERE dimension = ? AND key = ? AND day = ? AND currency = ?',
    );
    this.addHolder = tables.prepare('INSERT INTO holders VALUES (?, ?, ?, ?, ?)');
    this.lastBalance = tables.prepare(
      'SELECT * FROM balances WHERE holder_id = ? ORDER BY period DESC LIMIT 1',
    );
    this.setBalance = tables.prepare('INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
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
    for (const balance of this.dirty) {
      this.setBalance.run(balance.holderId, this.period, ...storeAmounts(balance.amounts));
    }
    this.dirty.clear();
    if (this.balances.size > BALANCES_MAX) this.balances.clear();
  }

  /** A period's balances are those after its last posting, so they are written before the next one begins. */
  private enter(period: number): void {
    if (period === this.period) return;
    this.flush();
    this.period = period;
  }

  private balance(holder: Holder): Balance {
    const name = holderName(holder, holder.dimension);
    const known = this.balances.get(name);
    if (known !== undefined) return known;
    const balance = this.stored(holder) ?? this.opened(holder);
    this.balances.set(name, balance);
    return balance;
  }

  private stored(holder: Holder): Balance | undefined {
    const row = this.findHolder.get(holder.dimension, holder.key, holder.day, holder.currency);
    if (row === undefined) return undefined;
    const last = this.lastBalance.get(row.holder_id);
    return { holderId: row.holder_id, amounts: last === undefined ? noAmounts() : readAmounts(last) };
  }

  private opened(holder: Holder): Balance {
    const holderId = this.nextHolderId++;
    this.addHolder.run(holderId, holder.dimension, holder.key, holder.day, holder.currency);
    return { holderId, amounts: noAmounts() };
  }
}
