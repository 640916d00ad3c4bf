import type { EventContext } from '../../domain/shared/event.js';
import { instantOf } from '../../domain/shared/time.js';
import { SEQUENCE_MAX } from '../shared/as-of.js';
import { RunningTimes } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';

/** What became of units; only held ones lie in a pool and have an expiry that matters. */
export type AccountState = 'held' | 'issued' | 'void' | 'writtenOff' | 'returned';

/** Which units an account counts. */
export interface AccountKey {
  readonly sku: string;
  /** '' for all lots of the SKU together. */
  readonly lotId: string;
  readonly state: AccountState;
  /** '' unless held. */
  readonly pool: string;
  /** The keys' own last good day; '' for none, and unless held. */
  readonly expiresOn: string;
}

interface Account {
  readonly accountId: number;
  balance: number;
  emptiedSequence: number;
}

interface AccountRow {
  account_id: number;
  balance: number;
  emptied_sequence: number;
}

/** Remembered accounts; beyond it the cache starts afresh, so memory does not grow with the ledger. */
const ACCOUNTS_MAX = 50_000;

/** Posts units to accounts; balances are remembered and written back before a commit. */
export class Journal {
  private readonly accounts = new Map<string, Account>();
  private readonly dirty = new Set<Account>();
  private readonly changes = new Map<Account, number>();
  private readonly times: RunningTimes;
  private readonly find: Statement<AccountRow>;
  private readonly open: Statement<unknown>;
  private readonly update: Statement<unknown>;
  private readonly post: Statement<unknown>;
  private nextAccountId: number;

  constructor(tables: Tables) {
    this.times = new RunningTimes(tables, 'occurred_times');
    this.find = tables.prepare(
      `SELECT account_id, balance, emptied_sequence FROM accounts
       WHERE lot_id = ? AND sku = ? AND state = ? AND pool = ? AND expires_on = ?`,
    );
    this.open = tables.prepare('INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)');
    this.update = tables.prepare(
      'UPDATE accounts SET balance = ?, emptied_sequence = ? WHERE account_id = ?',
    );
    this.post = tables.prepare('INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?)');
    const last = tables.prepare<{ id: number | null }>('SELECT max(account_id) AS id FROM accounts').get();
    this.nextAccountId = (last?.id ?? 0) + 1;
  }

  /** Adds units to an account, or takes them with a negative quantity, as part of the event that is being applied. */
  add(key: AccountKey, quantity: number, sequence: number): void {
    this.change(key, quantity, sequence);
    if (key.state !== 'held') this.change({ ...key, lotId: '' }, quantity, sequence);
  }

  /** Writes what the event added up to, one posting an account. */
  record(context: EventContext, sequence: number): void {
    if (this.changes.size === 0) return;
    const occurredAt = instantOf(context.occurredAt);
    const late = this.times.note(sequence, occurredAt) ? 1 : 0;
    for (const [account, quantity] of this.changes) {
      account.balance += quantity;
      account.emptiedSequence = account.balance === 0 ? sequence : SEQUENCE_MAX;
      this.dirty.add(account);
      this.post.run(account.accountId, sequence, occurredAt, quantity, account.balance, late);
    }
    this.changes.clear();
  }

  flush(): void {
    for (const account of this.dirty) {
      this.update.run(account.balance, account.emptiedSequence, account.accountId);
    }
    this.dirty.clear();
    if (this.accounts.size > ACCOUNTS_MAX) this.accounts.clear();
  }

  private change(key: AccountKey, quantity: number, sequence: number): void {
    const account = this.account(key, sequence);
    this.changes.set(account, (this.changes.get(account) ?? 0) + quantity);
  }

  private account(key: AccountKey, sequence: number): Account {
    const name = `${key.state}\u0000${key.expiresOn}\u0000${JSON.stringify([key.lotId, key.pool, key.sku])}`;
    const known = this.accounts.get(name);
    if (known !== undefined) return known;
    const account = this.stored(key) ?? this.opened(key, sequence);
    this.accounts.set(name, account);
    return account;
  }

  private stored(key: AccountKey): Account | undefined {
    const row = this.find.get(key.lotId, key.sku, key.state, key.pool, key.expiresOn);
    if (row === undefined) return undefined;
    return { accountId: row.account_id, balance: row.balance, emptiedSequence: row.emptied_sequence };
  }

  private opened(key: AccountKey, sequence: number): Account {
    const accountId = this.nextAccountId++;
    this.open.run(accountId, key.sku, key.lotId, key.state, key.pool, key.expiresOn, sequence, SEQUENCE_MAX);
    return { accountId, balance: 0, emptiedSequence: SEQUENCE_MAX };
  }
}
