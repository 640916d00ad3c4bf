import { compareCodePoints } from '../../domain/shared/code-points.js';
import type { KnownAbout } from '../shared/as-of.js';
import { boundsOf } from '../shared/as-of.js';
import type { Page, PageRequest } from '../shared/page.js';
import { limitOf, UnknownCursor } from '../shared/page.js';
import type { EventRange } from '../shared/event-range.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { AmountsRow } from './amounts.js';
import { accountsOfAmounts, readAmounts } from './amounts.js';
import type { BalanceOf } from './balances.js';
import { CostBalances } from './balances.js';
import { NUMBERED_AS } from './holders.js';
import type {
  CostDimension,
  CostLayer,
  CostPosting,
  CostQuestions,
  CostRow,
  DayRow,
  DaysRequest,
} from './questions.js';

interface HolderRow {
  holder_id: number;
  dimension: BalanceOf['dimension'];
  key: string;
  currency: string;
}

interface PostingRow extends AmountsRow {
  sequence: number;
  lot_id: string;
  currency: string;
}

interface LotRow {
  lot_id: string;
  sku: string;
  supplier_id: string;
  unit_cost: string;
  currency: string;
}

const DAYS_MAX = 3700;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A dimension's holders in order, after a key and currency. */
export const HOLDERS_SQL = `
  SELECT * FROM holders WHERE dimension = ? AND (key, currency) > (?, ?) ORDER BY key, currency LIMIT ?`;

/** The days of a range that moved a holder's amounts. */
export const DAYS_OF_SQL = `
  SELECT DISTINCT day FROM balances WHERE holder_id = ? AND day >= ? AND day <= ? ORDER BY day`;

/** What moved a SKU's amounts. */
export const POSTINGS_OF_SKU_SQL = `
  SELECT * FROM postings WHERE sku = ? AND sequence > ? AND sequence <= ? AND occurred_at > ? AND occurred_at <= ?
  ORDER BY sequence, line`;

export class CostQueries implements CostQuestions {
  private readonly balances: CostBalances;
  private readonly holdersAfter: Statement<HolderRow>;
  private readonly holdersOf: Statement<HolderRow>;
  private readonly daysOf: Statement<{ day: string }>;
  private readonly lotsOfSku: Statement<LotRow>;
  private readonly moved: Statement<PostingRow>;

  constructor(tables: Tables) {
    this.balances = new CostBalances(tables);
    this.holdersAfter = tables.prepare(HOLDERS_SQL);
    this.holdersOf = tables.prepare(
      'SELECT * FROM holders WHERE dimension = ? AND key = ? ORDER BY currency',
    );
    this.daysOf = tables.prepare(DAYS_OF_SQL);
    this.moved = tables.prepare(POSTINGS_OF_SKU_SQL);
    this.lotsOfSku = tables.prepare(
      'SELECT * FROM lots WHERE sku = ? AND received_sequence <= ? AND received_at <= ? ORDER BY received_sequence',
    );
  }

  accountsBy(dimension: CostDimension, known: KnownAbout, page: PageRequest): Page<CostRow> {
    const limit = limitOf(page);
    const [key, currency] = page.after === undefined ? ['', ''] : readKeyCursor(page.after);
    const holders = this.holdersAfter.all(dimension, key, currency, limit + 1);
    const last = holders.length > limit ? holders[limit - 1] : undefined;
    return {
      rows: this.rows(holders.slice(0, limit).map(toBalanceOf), known).map(({ holder, accounts }) => ({
        key: holder.key,
        ...accounts,
      })),
      next: last === undefined ? null : JSON.stringify([last.key, last.currency]),
    };
  }

  accountsOf(dimension: CostDimension, key: string, known: KnownAbout): readonly CostRow[] {
    return this.accountsOfEach(dimension, [key], known);
  }

  accountsOfEach(dimension: CostDimension, keys: readonly string[], known: KnownAbout): readonly CostRow[] {
    const holders = keys.flatMap((key) => this.holdersOf.all(dimension, key));
    const rows = this.rows(holders.map(toBalanceOf), known);
    return rows.map(({ holder, accounts }) => ({ key: holder.key, ...accounts }));
  }

  *postings(sku: string, range: EventRange): Iterable<CostPosting> {
    for (const row of this.moved.iterate(sku, ...this.balances.postingsIn(range))) {
      const { margin: _, ...accounts } = accountsOfAmounts(readAmounts(row), row.currency);
      yield { sequence: row.sequence, lotId: row.lot_id, ...accounts };
    }
  }

  days(request: DaysRequest, known: KnownAbout): readonly DayRow[] {
    const { of, from, to } = request;
    if (!DAY.test(from) || !DAY.test(to) || from > to || daysBetween(from, to) >= DAYS_MAX) {
      throw new RangeError(
        `days are asked for from one YYYY-MM-DD to a later one, at most ${DAYS_MAX} of them`,
      );
    }
    const dimension: BalanceOf['dimension'] = of === undefined ? 'day' : `${of.dimension}-day`;
    const key = of?.key ?? '';
    const holders = this.holdersOf
      .all(NUMBERED_AS[dimension], key)
      .flatMap(({ holder_id, currency }) =>
        this.daysOf
          .all(holder_id, from, to)
          .map(({ day }) => ({ holderId: holder_id, dimension, key, day, currency })),
      );
    holders.sort((a, b) => compareCodePoints(a.day, b.day) || compareCodePoints(a.currency, b.currency));
    return this.rows(holders, known).map(({ holder, accounts }) => ({
      day: holder.day,
      key: of?.key ?? null,
      ...accounts,
    }));
  }

  layers(sku: string, known: KnownAbout): readonly CostLayer[] {
    const lots = this.lotsOfSku.all(sku, ...boundsOf(known));
    const holders = lots.map((lot) => this.lotHolder(lot));
    const balances = this.balances.asOf(holders.map(toBalanceOf), known);
    return lots.flatMap((lot, index) => {
      const amounts = balances[index];
      if (amounts === undefined || amounts.onHandUnits === 0) return [];
      return [
        {
          sku,
          lotId: lot.lot_id,
          supplierId: lot.supplier_id,
          currency: lot.currency,
          unitCost: lot.unit_cost,
          units: amounts.onHandUnits,
          cost: accountsOfAmounts(amounts, lot.currency).onHandCost,
        },
      ];
    });
  }

  private lotHolder(lot: LotRow): HolderRow {
    const holder = this.holdersOf.all('lot', lot.lot_id).find((row) => row.currency === lot.currency);
    if (holder === undefined)
      throw new RangeError(`lot ${lot.lot_id} has no accounts; rebuild the cost read model`);
    return holder;
  }

  /** Holders that had a posting by then, with their accounts. */
  private rows(holders: readonly BalanceOf[], known: KnownAbout) {
    const balances = this.balances.asOf(holders, known);
    return holders.flatMap((holder, index) => {
      const amounts = balances[index];
      return amounts === undefined ? [] : [{ holder, accounts: accountsOfAmounts(amounts, holder.currency) }];
    });
  }
}

function toBalanceOf(row: HolderRow): BalanceOf {
  return {
    holderId: row.holder_id,
    dimension: row.dimension,
    key: row.key,
    day: '',
    currency: row.currency,
  };
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

function readKeyCursor(cursor: string): [key: string, currency: string] {
  let parts: unknown;
  try {
    parts = JSON.parse(cursor);
  } catch {
    throw new UnknownCursor(cursor);
  }
  if (!Array.isArray(parts) || parts.length !== 2) throw new UnknownCursor(cursor);
  const [key, currency] = parts as unknown[];
  if (typeof key !== 'string' || typeof currency !== 'string') throw new UnknownCursor(cursor);
  return [key, currency];
}
