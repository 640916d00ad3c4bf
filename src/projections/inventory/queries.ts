import { compareCodePoints } from '../../domain/shared/code-points.js';
import { formatInstant } from '../../domain/shared/time.js';
import type { AsOfAbout, Known, KnownAbout } from '../shared/as-of.js';
import { boundsOf, sequenceOf } from '../shared/as-of.js';
import type { HeldState } from '../shared/availability.js';
import type { EventRange } from '../shared/event-range.js';
import { StandingQueries } from '../shared/standing-tables.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { BalanceRow } from './balances.js';
import { InventoryBalances } from './balances.js';
import type { Counts } from './counts.js';
import { countUnits, noUnits, stateOf, withReceived } from './counts.js';
import type { AccountState } from './journal.js';
import type {
  AccountUnits,
  InventoryQuestions,
  LotStock,
  PoolStock,
  Product,
  SkuStock,
  Stock,
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

interface PostingRow {
  sequence: number;
  occurred_at: number;
  sku: string;
  lot_id: string;
  pool: string;
  state: AccountState;
  quantity: number;
}

type PoolCounts = Record<HeldState, number>;

/** SKUs whose units some event of a range moved, after one of them. */
export const MOVED_SKUS_SQL = `
  SELECT sku FROM products WHERE sku > ? AND sequence <= ? AND EXISTS (
    SELECT 1 FROM accounts a WHERE a.sku = products.sku AND EXISTS (
      SELECT 1 FROM postings p WHERE p.account_id = a.account_id
        AND p.sequence > ? AND p.sequence <= ? AND p.occurred_at > ? AND p.occurred_at <= ?))
  ORDER BY sku LIMIT ?`;

const POSTINGS_SQL = `
  SELECT p.sequence, p.occurred_at, a.sku, a.lot_id, a.pool, a.state, p.quantity
  FROM accounts a JOIN postings p ON p.account_id = a.account_id
  WHERE a.sku = ? AND a.lot_id <> '' AND p.sequence > ? AND p.sequence <= ?
    AND p.occurred_at > ? AND p.occurred_at <= ? ORDER BY p.sequence, a.account_id`;

export class InventoryQueries implements InventoryQuestions {
  private readonly balances: InventoryBalances;
  private readonly standings: StandingQueries;
  private readonly allSkus: Statement<{ sku: string }>;
  private readonly allProducts: Statement<ProductRow>;
  private readonly oneProduct: Statement<ProductRow>;
  private readonly lot: Statement<{ sku: string; supplier_id: string; expires_at: number | null }>;
  private readonly moved: Statement<PostingRow>;
  private readonly skusMoved: Statement<{ sku: string }>;

  constructor(tables: Tables) {
    this.balances = new InventoryBalances(tables);
    this.standings = new StandingQueries(tables);
    const known = 'FROM products WHERE sequence <= ? AND occurred_at <= ?';
    this.allSkus = tables.prepare(`SELECT sku ${known} ORDER BY sku`);
    this.allProducts = tables.prepare(`SELECT * ${known} ORDER BY sku`);
    this.oneProduct = tables.prepare(`SELECT * ${known} AND sku = ?`);
    this.lot = tables.prepare(
      'SELECT * FROM lots WHERE received_sequence <= ? AND received_at <= ? AND lot_id = ?',
    );
    this.moved = tables.prepare(POSTINGS_SQL);
    this.skusMoved = tables.prepare(MOVED_SKUS_SQL);
  }

  products(asOf: AsOfAbout, sku?: string): readonly Product[] {
    const bounds = boundsOf(asOf);
    const rows = sku === undefined ? this.allProducts.all(...bounds) : this.oneProduct.all(...bounds, sku);
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

  stock(asOf: AsOfAbout, sku?: string): Stock {
    const counted = new Map<string, { counts: Counts; pools: Map<string, PoolCounts> }>();
    for (const name of this.skus(asOf, sku)) counted.set(name, { counts: noUnits(), pools: new Map() });
    for (const row of this.balances.gone(asOf, sku)) {
      const counts = counted.get(row.sku)?.counts;
      if (counts !== undefined) countUnits(counts, row.state, row.balance);
    }
    const standing = sku === undefined ? this.standings.ofAllAsOf(asOf) : this.standings.asOf(asOf);
    for (const row of this.balances.held(asOf, sku)) {
      const product = counted.get(row.sku);
      if (product === undefined || row.balance === 0) continue;
      const state = stateOf(row, standing, asOf.at);
      countUnits(product.counts, state, row.balance);
      const pool = product.pools.get(row.pool) ?? noHeldUnits();
      pool[state] += row.balance;
      product.pools.set(row.pool, pool);
    }
    const found = [...counted];
    return {
      skus: found.map(([name, { counts }]) => ({ sku: name, ...withReceived(counts) })),
      pools: found.flatMap(([name, { pools }]) => poolsOf(name, pools)),
    };
  }

  stockBySku(asOf: AsOfAbout, sku?: string): readonly SkuStock[] {
    return this.stock(asOf, sku).skus;
  }

  pools(asOf: AsOfAbout, sku?: string): readonly PoolStock[] {
    return this.stock(asOf, sku).pools;
  }

  stockOfLot(asOf: AsOfAbout, lotId: string): LotStock | undefined {
    const lot = this.lot.get(...boundsOf(asOf), lotId);
    if (lot === undefined) return undefined;
    const standing = this.standings.asOf(asOf);
    const counts = noUnits();
    for (const row of this.balances.ofLot(asOf, lotId, lot.sku)) {
      const state = row.state === 'held' ? stateOf({ ...row, ...lot }, standing, asOf.at) : row.state;
      countUnits(counts, state, row.balance);
    }
    return { lotId, sku: lot.sku, ...withReceived(counts) };
  }

  accountsOfSku(known: KnownAbout, sku: string): readonly AccountUnits[] {
    return [...this.balances.gone(known, sku), ...this.balances.held(known, sku)].map(accountOf);
  }

  accountsOfLot(known: KnownAbout, lotId: string): readonly AccountUnits[] {
    // Whenever it is said to have been received: units that left before are part of the account all the same.
    const sku = this.skuOfLot({ sequence: sequenceOf(known) }, lotId);
    return sku === undefined ? [] : this.balances.ofLot(known, lotId, sku).map(accountOf);
  }

  skuOfLot(known: Known, lotId: string): string | undefined {
    return this.lot.get(...boundsOf(known), lotId)?.sku;
  }

  movedSkus(range: EventRange, afterSku: string, limit: number): readonly string[] {
    const rows = this.skusMoved.all(afterSku, range.until, ...this.balances.postingsIn(range), limit);
    return rows.map(({ sku }) => sku);
  }

  *postings(sku: string, range: EventRange): Iterable<StockPosting> {
    for (const row of this.moved.iterate(sku, ...this.balances.postingsIn(range))) {
      yield {
        sequence: row.sequence,
        occurredAt: formatInstant(row.occurred_at),
        sku: row.sku,
        lotId: row.lot_id,
        pool: row.state === 'held' ? row.pool : null,
        state: row.state,
        quantity: row.quantity,
      };
    }
  }

  /** In code-point order. */
  private skus(known: KnownAbout, sku: string | undefined): readonly string[] {
    const bounds = boundsOf(known);
    if (sku === undefined) return this.allSkus.all(...bounds).map((row) => row.sku);
    return this.oneProduct.get(...bounds, sku) === undefined ? [] : [sku];
  }
}

function noHeldUnits(): PoolCounts {
  return { available: 0, unauthorised: 0, expired: 0, quarantined: 0 };
}

/** The pools that hold units of a SKU, in code-point order. */
function poolsOf(sku: string, pools: ReadonlyMap<string, PoolCounts>): PoolStock[] {
  return [...pools]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([pool, counts]) => ({ sku, pool, ...counts }));
}

function accountOf({ lot_id: lotId, state, pool, balance }: BalanceRow): AccountUnits {
  return { lotId: lotId === '' ? null : lotId, state, pool: state === 'held' ? pool : null, units: balance };
}
