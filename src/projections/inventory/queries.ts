import type { Instant } from '../../domain/shared/time.js';
import { formatInstant } from '../../domain/shared/time.js';
import type { AsOfAbout } from '../shared/as-of.js';
import { sequenceOf } from '../shared/as-of.js';
import type { HeldState } from '../shared/availability.js';
import { compareCodePoints } from '../../domain/shared/code-points.js';
import { RunningTimesQueries } from '../shared/running-times.js';
import { StandingQueries } from '../shared/standing-tables.js';
import type { Statement, Tables } from '../shared/tables.js';
import { countUnits, noUnits, stateOf, withReceived } from './counts.js';
import type { AccountState } from './journal.js';
import type {
  InventoryQuestions,
  LotStock,
  PoolStock,
  Product,
  SkuStock,
  StockPosting,
} from './questions.js';

interface ProductRow {
  sku: string;
  name: string;
  category: string;
  product_class: string;
  fulfilment: string;
  face_value: string;
  currency: string;
}

interface BalanceRow {
  state: AccountState;
  pool: string;
  expires_on: string;
  lot_id: string;
  sku: string;
  balance: number;
}

interface HeldRow extends BalanceRow {
  supplier_id: string;
  expires_at: number | null;
}

interface PostingRow {
  sequence: number;
  occurred_at: number;
  sku: string;
  lot_id: string;
  pool: string;
  state: AccountState;
  quantity: number;
}

/** A prefix of the ledger, and with `occurredUntil` what came late after it; the parameters of every balance. */
type Span = {
  /** Every posting up to here counts. */
  readonly prefix: number;
  /** Late ones count up to here, where they occurred in time. */
  readonly sequence: number;
  readonly occurredUntil: Instant;
};

const POSTINGS_MAX = 1000;

const BALANCE = `
  coalesce((SELECT p.balance FROM postings p WHERE p.account_id = a.account_id AND p.sequence <= $prefix
            ORDER BY p.sequence DESC LIMIT 1), 0)
  + coalesce((SELECT sum(p.quantity) FROM postings p INDEXED BY late_postings WHERE p.account_id = a.account_id
              AND p.late = 1 AND p.occurred_at <= $occurredUntil AND p.sequence > $prefix
              AND p.sequence <= $sequence), 0) AS balance`;

/** Held units of a SKU by lot, pool and own expiry; accounts emptied before the moment are never read. */
export const HELD_SQL = `
  SELECT a.state, a.pool, a.expires_on, a.lot_id, a.sku, l.supplier_id, l.expires_at, ${BALANCE}
  FROM accounts a JOIN lots l ON l.lot_id = a.lot_id
  WHERE a.sku = $sku AND a.state = 'held' AND a.emptied_sequence >= $prefix AND a.opened_sequence <= $sequence`;

/** The balances of one lot, or with an empty lot of what is no longer held of a SKU. */
export const LOT_SQL = `
  SELECT a.state, a.pool, a.expires_on, a.lot_id, a.sku, ${BALANCE} FROM accounts a
  WHERE a.lot_id = $lotId AND a.sku = $sku AND a.opened_sequence <= $sequence`;

export class InventoryQueries implements InventoryQuestions {
  private readonly occurred: RunningTimesQueries;
  private readonly standings: StandingQueries;
  private readonly allProducts: Statement<ProductRow>;
  private readonly oneProduct: Statement<ProductRow>;
  private readonly held: Statement<HeldRow>;
  private readonly ofLot: Statement<BalanceRow>;
  private readonly lot: Statement<{ sku: string; supplier_id: string; expires_at: number | null }>;
  private readonly moved: Statement<PostingRow>;

  constructor(tables: Tables) {
    this.occurred = new RunningTimesQueries(tables, 'occurred_times');
    this.standings = new StandingQueries(tables);
    this.allProducts = tables.prepare('SELECT * FROM products WHERE sequence <= ? ORDER BY sku');
    this.oneProduct = tables.prepare('SELECT * FROM products WHERE sequence <= ? AND sku = ?');
    this.held = tables.prepare(HELD_SQL);
    this.ofLot = tables.prepare(LOT_SQL);
    this.lot = tables.prepare('SELECT * FROM lots WHERE lot_id = ? AND received_sequence <= ?');
    this.moved = tables.prepare(
      `SELECT p.sequence, p.occurred_at, a.sku, a.lot_id, a.pool, a.state, p.quantity
       FROM accounts a JOIN postings p ON p.account_id = a.account_id
       WHERE a.sku = ? AND a.lot_id <> '' AND p.sequence > ? AND p.sequence <= ? ORDER BY p.sequence, a.account_id`,
    );
  }

  products(asOf: AsOfAbout, sku?: string): readonly Product[] {
    const sequence = sequenceOf(asOf);
    const rows = sku === undefined ? this.allProducts.all(sequence) : this.oneProduct.all(sequence, sku);
    return rows.map((row) => ({
      sku: row.sku,
      name: row.name,
      category: row.category,
      productClass: row.product_class,
      fulfilment: row.fulfilment,
      faceValue: row.face_value,
      currency: row.currency,
    }));
  }

  stockBySku(asOf: AsOfAbout, sku?: string): readonly SkuStock[] {
    const span = this.span(asOf);
    const standing = this.standings.asOf(asOf);
    return this.products(asOf, sku).map((product) => {
      const counts = noUnits();
      for (const row of this.ofLot.all({ ...span, lotId: '', sku: product.sku }))
        countUnits(counts, row.state, row.balance);
      for (const row of this.held.all({ ...span, sku: product.sku }))
        countUnits(counts, stateOf(row, standing, asOf.at), row.balance);
      return { sku: product.sku, ...withReceived(counts) };
    });
  }

  pools(asOf: AsOfAbout, sku?: string): readonly PoolStock[] {
    const span = this.span(asOf);
    const standing = this.standings.asOf(asOf);
    return this.products(asOf, sku).flatMap((product) => {
      const pools = new Map<string, Record<HeldState, number>>();
      for (const row of this.held.all({ ...span, sku: product.sku })) {
        if (row.balance === 0) continue;
        const counts = pools.get(row.pool) ?? { available: 0, unauthorised: 0, expired: 0, quarantined: 0 };
        counts[stateOf(row, standing, asOf.at)] += row.balance;
        pools.set(row.pool, counts);
      }
      const byPool = [...pools].sort(([a], [b]) => compareCodePoints(a, b));
      return byPool.map(([pool, counts]) => ({ sku: product.sku, pool, ...counts }));
    });
  }

  stockOfLot(asOf: AsOfAbout, lotId: string): LotStock | undefined {
    const lot = this.lot.get(lotId, sequenceOf(asOf));
    if (lot === undefined) return undefined;
    const standing = this.standings.asOf(asOf);
    const counts = noUnits();
    for (const row of this.ofLot.all({ ...this.span(asOf), lotId, sku: lot.sku })) {
      const state = row.state === 'held' ? stateOf({ ...row, ...lot }, standing, asOf.at) : row.state;
      countUnits(counts, state, row.balance);
    }
    return { lotId, sku: lot.sku, ...withReceived(counts) };
  }

  postings(sku: string, range: { readonly after: number; readonly until: number }): readonly StockPosting[] {
    const postings: StockPosting[] = [];
    for (const row of this.moved.iterate(sku, range.after, range.until)) {
      // One event's postings stay together, so that its sequence is a place to go on from.
      if (postings.length >= POSTINGS_MAX && postings.at(-1)?.sequence !== row.sequence) break;
      postings.push({
        sequence: row.sequence,
        occurredAt: formatInstant(row.occurred_at),
        sku: row.sku,
        lotId: row.lot_id,
        pool: row.state === 'held' ? row.pool : null,
        state: row.state,
        quantity: row.quantity,
      });
    }
    return postings;
  }

  private span(asOf: AsOfAbout): Span {
    const sequence = sequenceOf(asOf);
    if (asOf.occurredUntil === undefined) return { prefix: sequence, sequence, occurredUntil: 0 };
    const prefix = this.occurred.prefixUntil(asOf.occurredUntil) ?? sequence;
    return { prefix: Math.min(prefix, sequence), sequence, occurredUntil: asOf.occurredUntil };
  }
}
