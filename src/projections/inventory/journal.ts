import type { EventContext } from '../../domain/shared/event.js';
import { instantOf } from '../../domain/shared/time.js';
import { SEQUENCE_MAX } from '../shared/as-of.js';
import { NumberRanges } from '../shared/number-ranges.js';
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
  /** As its row has it. */
  emptiedSequence: number;
}

interface AccountRow {
  account_id: number;
  emptied_sequence: number;
}

/** Remembered accounts; beyond it the cache starts afresh, so memory does not grow with the ledger. */
const ACCOUNTS_MAX = 50_000;

/** Posts units to accounts. A balance stands in the account's last posting; the account's own row seldom changes. */
export class Journal {
  private readonly accounts = new Map<string, Account>();
  /** Accounts that ran empty or are no longer so, for their rows to tell before a commit. */
  private readonly turned = new Set<Account>();
  private readonly changes = new Map<Account, number>();
  private readonly times: RunningTimes;
  private readonly find: Statement<AccountRow>;
  private readonly lastBalance: Statement<{ balance: number }>;
  private readonly anyOfSku: Statement<{ account_id: number }>;
  private readonly numbers: NumberRanges;
  private readonly open: Statement<unknown>;
  private readonly turn: Statement<unknown>;
  private readonly post: Statement<unknown>;

  constructor(tables: Tables) {
    this.times = new RunningTimes(tables, 'occurred_times');
    this.find = tables.prepare(
      `SELECT account_id, emptied_sequence FROM accounts
       WHERE lot_id = ? AND sku = ? AND state = ? AND pool = ? AND expires_on = ?`,
    );
    this.lastBalance = tables.prepare(
      'SELECT balance FROM postings WHERE account_id = ? ORDER BY sequence DESC LIMIT 1',
    );
    this.anyOfSku = tables.prepare('SELECT account_id FROM accounts WHERE sku = ? LIMIT 1');
    this.numbers = new NumberRanges(tables, 'accounts', 'account_id');
    this.open = tables.prepare('INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.turn = tables.prepare('UPDATE accounts SET emptied_sequence = ? WHERE account_id = ?');
    this.post = tables.prepare('INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?)');
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
      this.noteTurn(account, account.balance === 0 ? sequence : SEQUENCE_MAX);
      this.post.run(account.accountId, sequence, occurredAt, quantity, account.balance, late);
    }
    this.changes.clear();
  }

  flush(): void {
    for (const { accountId, emptiedSequence } of this.turned) this.turn.run(emptiedSequence, accountId);
    this.turned.clear();
    if (this.accounts.size > ACCOUNTS_MAX) this.accounts.clear();
  }

  private noteTurn(account: Account, emptiedSequence: number): void {
    if (account.emptiedSequence === emptiedSequence) return;
    account.emptiedSequence = emptiedSequence;
    this.turned.add(account);
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
    const accountId = row.account_id;
    const balance = this.lastBalance.get(accountId)?.balance ?? 0;
    return { accountId, balance, emptiedSequence: row.emptied_sequence };
  }

  private opened({ sku, lotId, state, pool, expiresOn }: AccountKey, sequence: number): Account {
    const accountId = this.numbers.next(this.anyOfSku.get(sku)?.account_id);
    this.open.run(accountId, sku, lotId, state, pool, expiresOn, sequence, SEQUENCE_MAX);
    return { accountId, balance: 0, emptiedSequence: SEQUENCE_MAX };
  }
}
