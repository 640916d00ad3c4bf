import type { Known } from '../shared/as-of.js';
import { sequenceOf } from '../shared/as-of.js';
import { compareCodePoints } from '../../domain/shared/code-points.js';
import type { Page, PageRequest } from '../shared/page.js';
import { limitOf, pageOf, readCursor, writeCursor } from '../shared/page.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { FactRow } from './fact-row.js';
import { FACT_COLUMNS, referenceOf } from './fact-row.js';
import type { LotRow } from './lots.js';
import { LOT_SELECT } from './lots.js';
import type { OrderReader } from './orders.js';
import type { ForwardRow, Source, SourceReach } from './questions.js';

export interface IssueRow extends FactRow {
  lot_number: number;
  lot_id: string;
  received_sequence: number;
  sequence: number;
  first_serial: number;
  last_serial: number;
  order_sequence: number;
  place: number;
  authorisation_id: string;
  merchant_id: string;
  order_no: string;
}

const COLUMN_OF = {
  supplier: 'supplier_id',
  authorisation: 'authorisation_id',
  purchaseOrder: 'po_id',
  lot: 'lot_id',
  keyFile: 'file_sha256',
} as const satisfies Record<Source['kind'], string>;

const ISSUE_SELECT = `
  SELECT m.*, l.lot_id, l.received_sequence, o.merchant_id, o.order_no, ${FACT_COLUMNS}
  FROM movements m CROSS JOIN lots l ON l.lot_number = m.lot_number
  CROSS JOIN orders o ON o.sequence = m.order_sequence CROSS JOIN facts ON facts.sequence = m.sequence`;

/** Issues of one lot's keys after a place in the ledger, in its order. */
export const ISSUES_OF_LOT_SQL = `${ISSUE_SELECT} WHERE m.lot_number = ? AND m.kind = 'issued'
  AND (m.sequence, m.first_serial) > (?, ?) AND m.sequence <= ? ORDER BY m.sequence, m.first_serial LIMIT ?`;

/** Issues under one authorisation after a place in the ledger, in its order. */
export const ISSUES_OF_AUTHORISATION_SQL = `${ISSUE_SELECT} WHERE m.authorisation_id = ? AND m.kind = 'issued'
  AND (m.sequence, m.lot_number, m.first_serial) > (?, ?, ?) AND m.sequence <= ?
  ORDER BY m.sequence, m.lot_number, m.first_serial LIMIT ?`;

/** Enough for a batch of a walk through everything that a source reaches. */
const WALK_BATCH = 1000;

/** Forward traces: from where goods came from to where they went. */
export class SourceReader {
  private readonly lotsOf: Record<Source['kind'] | 'all', Statement<LotRow>>;
  private readonly issuesOfLot: Statement<IssueRow>;
  private readonly issuesOfAuthorisation: Statement<IssueRow>;

  constructor(
    tables: Tables,
    private readonly orders: OrderReader,
  ) {
    const lots = (condition: string) =>
      tables.prepare<LotRow>(
        `${LOT_SELECT} WHERE ${condition} received_sequence > ? AND received_sequence <= ? ORDER BY received_sequence LIMIT ?`,
      );
    this.lotsOf = {
      all: lots(''),
      supplier: lots(`${COLUMN_OF.supplier} = ? AND`),
      authorisation: lots(`${COLUMN_OF.authorisation} = ? AND`),
      purchaseOrder: lots(`${COLUMN_OF.purchaseOrder} = ? AND`),
      lot: lots(`${COLUMN_OF.lot} = ? AND`),
      keyFile: lots(`${COLUMN_OF.keyFile} = ? AND`),
    };
    this.issuesOfLot = tables.prepare(ISSUES_OF_LOT_SQL);
    this.issuesOfAuthorisation = tables.prepare(ISSUES_OF_AUTHORISATION_SQL);
  }

  lots(known: Known, page: PageRequest, source?: Source): Page<LotRow> {
    const limit = limitOf(page);
    const [after = 0] = page.after === undefined ? [] : readCursor(page.after, 1);
    const rows = this.lotsAfter(source, after, sequenceOf(known), limit + 1);
    return pageOf(rows, limit, (last) => writeCursor(last.received_sequence));
  }

  forward(known: Known, source: Source, page: PageRequest): Page<ForwardRow> {
    const limit = limitOf(page);
    const cursor = page.after === undefined ? START : readCursor(page.after, 4);
    const rows = this.issuesAfter(known, source, cursor, limit + 1);
    const { rows: shown, next } = pageOf(rows, limit, (last) => writeCursor(...cursorOf(last)));
    return { rows: shown.map((row) => this.forwardRow(row)), next };
  }

  reach(known: Known, source: Source): SourceReach {
    const merchants = new Map<string, { orders: Set<number>; keys: number }>();
    for (const issue of this.walkIssues(known, source)) {
      const merchant = merchants.get(issue.merchant_id) ?? { orders: new Set<number>(), keys: 0 };
      merchant.orders.add(issue.order_sequence);
      merchant.keys += issue.last_serial - issue.first_serial + 1;
      merchants.set(issue.merchant_id, merchant);
    }
    const reached = [...merchants].map(([merchantId, { orders, keys }]) => ({
      merchantId,
      orders: orders.size,
      keys,
    }));
    const received = this.received(known, source);
    return {
      ...received,
      keysIssued: reached.reduce((sum, merchant) => sum + merchant.keys, 0),
      orders: reached.reduce((sum, merchant) => sum + merchant.orders, 0),
      merchants: reached.sort((a, b) => compareCodePoints(a.merchantId, b.merchantId)),
    };
  }

  private received(known: Known, source: Source): { lots: number; keysReceived: number } {
    const totals = { lots: 0, keysReceived: 0 };
    for (const lot of this.walkLots(source, 0, sequenceOf(known))) {
      totals.lots += 1;
      totals.keysReceived += lot.accepted;
    }
    return totals;
  }

  private *walkIssues(known: Known, source: Source): Iterable<IssueRow> {
    let cursor: readonly number[] | undefined = START;
    while (cursor !== undefined) {
      const rows: readonly IssueRow[] = this.issuesAfter(known, source, cursor, WALK_BATCH);
      yield* rows;
      const last = rows.at(-1);
      cursor = rows.length < WALK_BATCH || last === undefined ? undefined : cursorOf(last);
    }
  }

  private *walkLots(source: Source, after: number, until: number): Iterable<LotRow> {
    let reached = after;
    for (;;) {
      const rows = this.lotsAfter(source, reached, until, WALK_BATCH);
      yield* rows;
      if (rows.length < WALK_BATCH) return;
      reached = rows.at(-1)?.received_sequence ?? until;
    }
  }

  private lotsAfter(source: Source | undefined, after: number, until: number, limit: number): LotRow[] {
    if (source === undefined) return this.lotsOf.all.all(after, until, limit);
    return this.lotsOf[source.kind].all(source.id, after, until, limit);
  }

  /** A source's issues lot by lot in order of receipt, an authorisation's in ledger order. */
  private issuesAfter(known: Known, source: Source, cursor: readonly number[], limit: number): IssueRow[] {
    const [receipt, sequence, lotNumber, serial] = cursor as [number, number, number, number];
    const until = sequenceOf(known);
    if (source.kind === 'authorisation') {
      return this.issuesOfAuthorisation.all(source.id, sequence, lotNumber, serial, until, limit);
    }
    const rows: IssueRow[] = [];
    for (const lot of this.walkLots(source, receipt - 1, until)) {
      const after = lot.received_sequence === receipt ? [sequence, serial] : [0, 0];
      rows.push(...this.issuesOfLot.all(lot.lot_number, ...after, until, limit - rows.length));
      if (rows.length >= limit) break;
    }
    return rows;
  }

  private forwardRow(row: IssueRow): ForwardRow {
    const first = row.sequence === row.order_sequence;
    return {
      lotId: row.lot_id,
      firstSerial: row.first_serial,
      count: row.last_serial - row.first_serial + 1,
      merchantId: row.merchant_id,
      orderNo: row.order_no,
      firstPlace: row.place,
      role: first ? 'issued' : 'replacement',
      refundNo: first ? null : (this.orders.refundAt(row.sequence)?.refundNo ?? null),
      authorisationId: row.authorisation_id,
      ...referenceOf(row),
    };
  }
}

const START: readonly number[] = [0, 0, 0, 0];

function cursorOf(row: IssueRow): readonly number[] {
  return [row.received_sequence, row.sequence, row.lot_number, row.first_serial];
}
