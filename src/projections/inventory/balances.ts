import type { Instant } from '../../domain/shared/time.js';
import type { AsOfAbout, KnownAbout } from '../shared/as-of.js';
import { sequenceOf } from '../shared/as-of.js';
import type { EventRange } from '../shared/event-range.js';
import { occurrenceOf } from '../shared/event-range.js';
import { RunningTimesQueries } from '../shared/running-times.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { AccountState } from './journal.js';

/** The units of an account at one moment. */
export interface BalanceRow {
  state: AccountState;
  pool: string;
  expires_on: string;
  lot_id: string;
  sku: string;
  balance: number;
}

/** Held units, with what decides about them. */
export interface HeldRow extends BalanceRow {
  supplier_id: string;
  expires_at: number | null;
}

/** A prefix of the ledger, and with `occurredUntil` what came late after it; the parameters of every balance. */
type Span = {
  /** Every posting up to here counts. */
  readonly prefix: number;
  /** Late ones count up to here, where they occurred in time. */
  readonly sequence: number;
  readonly occurredUntil: Instant;
};

const IN_PREFIX = `
  coalesce((SELECT p.balance FROM postings p WHERE p.account_id = a.account_id AND p.sequence <= $prefix
            ORDER BY p.sequence DESC LIMIT 1), 0)`;

const LATE = `
  coalesce((SELECT sum(p.quantity) FROM postings p INDEXED BY late_postings WHERE p.account_id = a.account_id
            AND p.late = 1 AND p.occurred_at <= $occurredUntil AND p.sequence > $prefix
            AND p.sequence <= $sequence), 0)`;

const BALANCES = { recorded: IN_PREFIX, occurred: `${IN_PREFIX} + ${LATE}` } as const;

type Basis = keyof typeof BALANCES;

/** Held units by lot, pool and own expiry; accounts emptied before the moment are never read. */
function heldSql(basis: Basis, condition: string): string {
  return `
    SELECT a.state, a.pool, a.expires_on, a.lot_id, a.sku, l.supplier_id, l.expires_at, ${BALANCES[basis]} AS balance
    FROM accounts a CROSS JOIN lots l ON l.lot_id = a.lot_id
    WHERE ${condition} a.state = 'held' AND a.emptied_sequence >= $prefix AND a.opened_sequence <= $sequence`;
}

/** The balances of one lot, or with an empty lot of what is no longer held. */
function lotSql(basis: Basis, condition: string): string {
  return `
    SELECT a.state, a.pool, a.expires_on, a.lot_id, a.sku, ${BALANCES[basis]} AS balance FROM accounts a
    WHERE a.lot_id = $lotId ${condition} AND a.opened_sequence <= $sequence`;
}

const OF_SKU = { held: 'a.sku = $sku AND', lot: 'AND a.sku = $sku' };

function balanceSql(basis: Basis) {
  return {
    held: heldSql(basis, OF_SKU.held),
    allHeld: heldSql(basis, ''),
    ofLot: lotSql(basis, OF_SKU.lot),
    allOfLot: lotSql(basis, ''),
  };
}

/** As recorded, and about what had occurred: the latter looks at every late posting too. */
export const BALANCE_SQL = { recorded: balanceSql('recorded'), occurred: balanceSql('occurred') };

interface Balances {
  readonly held: Statement<HeldRow>;
  readonly allHeld: Statement<HeldRow>;
  readonly ofLot: Statement<BalanceRow>;
  readonly allOfLot: Statement<BalanceRow>;
}

function balancesOn(tables: Tables, basis: Basis): Balances {
  const sql = BALANCE_SQL[basis];
  return {
    held: tables.prepare<HeldRow>(sql.held),
    allHeld: tables.prepare<HeldRow>(sql.allHeld),
    ofLot: tables.prepare<BalanceRow>(sql.ofLot),
    allOfLot: tables.prepare<BalanceRow>(sql.allOfLot),
  };
}

/** No lot: the units of a SKU that are not held any more, of all its lots together. */
const ALL_LOTS = '';

/** Reads what accounts held as of any moment: one index seek each. */
export class InventoryBalances {
  private readonly occurred: RunningTimesQueries;
  private readonly on: Readonly<Record<Basis, Balances>>;

  constructor(tables: Tables) {
    this.occurred = new RunningTimesQueries(tables, 'occurred_times');
    this.on = { recorded: balancesOn(tables, 'recorded'), occurred: balancesOn(tables, 'occurred') };
  }

  /** Of a SKU, or of all of them in no order. */
  held(asOf: KnownAbout, sku?: string): Iterable<HeldRow> {
    const { held, allHeld } = this.statements(asOf);
    const span = this.span(asOf);
    return sku === undefined ? allHeld.all(span) : held.all({ ...span, sku });
  }

  /** What is not held any more of a SKU, or of all of them in no order. */
  gone(asOf: KnownAbout, sku?: string): Iterable<BalanceRow> {
    const { ofLot, allOfLot } = this.statements(asOf);
    const span = { ...this.span(asOf), lotId: ALL_LOTS };
    return sku === undefined ? allOfLot.all(span) : ofLot.all({ ...span, sku });
  }

  ofLot(asOf: KnownAbout, lotId: string, sku: string): readonly BalanceRow[] {
    return this.statements(asOf).ofLot.all({ ...this.span(asOf), lotId, sku });
  }

  /** The parameters of a statement over a range's postings. */
  postingsIn(range: EventRange): readonly number[] {
    return [this.occurred.narrowed(range), range.until, ...occurrenceOf(range)];
  }

  private statements(asOf: KnownAbout): Balances {
    return this.on[asOf.occurredUntil === undefined ? 'recorded' : 'occurred'];
  }

  private span(asOf: Pick<AsOfAbout, 'sequence' | 'occurredUntil'>): Span {
    const sequence = sequenceOf(asOf);
    if (asOf.occurredUntil === undefined) return { prefix: sequence, sequence, occurredUntil: 0 };
    const prefix = this.occurred.prefixUntil(asOf.occurredUntil) ?? sequence;
    return { prefix: Math.min(prefix, sequence), sequence, occurredUntil: asOf.occurredUntil };
  }
}
