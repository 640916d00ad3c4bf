import type { KnownAbout } from '../shared/as-of.js';
import { boundsOf } from '../shared/as-of.js';
import type { Page, PageRequest } from '../shared/page.js';
import { limitOf, pageOf, readCursor, writeCursor } from '../shared/page.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { FactRow } from './fact-row.js';
import { FACT_COLUMNS, referenceOf } from './fact-row.js';
import type { LotRow } from './lots.js';
import { LOT_COLUMN_OF, LOT_SELECT, receiptOf } from './lots.js';
import type { OrderReader } from './orders.js';
import type { ForwardRow, ImportReceipt, Source } from './questions.js';

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

const ISSUE_SELECT = `
  SELECT m.*, l.lot_id, l.received_sequence, o.merchant_id, o.order_no, ${FACT_COLUMNS}
  FROM movements m CROSS JOIN lots l ON l.lot_number = m.lot_number
  CROSS JOIN orders o ON o.sequence = m.order_sequence CROSS JOIN facts ON facts.sequence = m.sequence`;

/** Issues of one lot's keys after a place in the ledger, in its order. */
export const ISSUES_OF_LOT_SQL = `${ISSUE_SELECT} WHERE m.lot_number = ? AND m.kind = 'issued'
  AND (m.sequence, m.first_serial) > (?, ?) AND m.sequence <= ? AND facts.occurred <= ?
  ORDER BY m.sequence, m.first_serial LIMIT ?`;

/** Issues under one authorisation after a place in the ledger, in its order. */
export const ISSUES_OF_AUTHORISATION_SQL = `${ISSUE_SELECT} WHERE m.authorisation_id = ? AND m.kind = 'issued'
  AND (m.sequence, m.lot_number, m.first_serial) > (?, ?, ?) AND m.sequence <= ? AND facts.occurred <= ?
  ORDER BY m.sequence, m.lot_number, m.first_serial LIMIT ?`;

/** Enough for a batch of a walk through all lots of a source. */
const WALK_BATCH = 1000;

/** Forward traces: from where goods came from to where they went. */
export class SourceReader {
  private readonly lotsOf: Record<Source['kind'] | 'all', Statement<LotRow>>;
  private readonly receiptsAfter: Statement<Pick<LotRow, 'lot_id' | 'counts' | 'received_sequence'>>;
  private readonly issuesOfLot: Statement<IssueRow>;
  private readonly issuesOfAuthorisation: Statement<IssueRow>;

  constructor(
    tables: Tables,
    private readonly orders: OrderReader,
  ) {
    const lots = (condition: string) =>
      tables.prepare<LotRow>(
        `${LOT_SELECT} WHERE ${condition} received_sequence > ? AND received_sequence <= ? AND received_at <= ?
         ORDER BY received_sequence LIMIT ?`,
      );
    this.lotsOf = {
      all: lots(''),
      supplier: lots(`${LOT_COLUMN_OF.supplier} = ? AND`),
      authorisation: lots(`${LOT_COLUMN_OF.authorisation} = ? AND`),
      purchaseOrder: lots(`${LOT_COLUMN_OF.purchaseOrder} = ? AND`),
      lot: lots(`${LOT_COLUMN_OF.lot} = ? AND`),
      keyFile: lots(`${LOT_COLUMN_OF.keyFile} = ? AND`),
    };
    this.receiptsAfter = tables.prepare(
      `SELECT lot_id, counts, received_sequence FROM lots
       WHERE received_sequence > ? AND received_sequence <= ? AND received_at <= ?
       ORDER BY received_sequence LIMIT ?`,
    );
    this.issuesOfLot = tables.prepare(ISSUES_OF_LOT_SQL);
    this.issuesOfAuthorisation = tables.prepare(ISSUES_OF_AUTHORISATION_SQL);
  }

  lots(known: KnownAbout, page: PageRequest, source?: Source): Page<LotRow> {
    const limit = limitOf(page);
    const [after = 0] = page.after === undefined ? [] : readCursor(page.after, 1);
    const rows = this.lotsAfter(known, source, after, limit + 1);
    return pageOf(rows, limit, (last) => writeCursor(last.received_sequence));
  }

  /** In order of receipt. */
  receipts(known: KnownAbout, page: PageRequest): Page<ImportReceipt> {
    const limit = limitOf(page);
    const [after = 0] = page.after === undefined ? [] : readCursor(page.after, 1);
    const stored = this.receiptsAfter.all(after, ...boundsOf(known), limit + 1);
    const { rows, next } = pageOf(stored, limit, (last) => writeCursor(last.received_sequence));
    return { rows: rows.map(receiptOf), next };
  }

  forward(known: KnownAbout, source: Source, page: PageRequest): Page<ForwardRow> {
    const limit = limitOf(page);
    const cursor = page.after === undefined ? START : readCursor(page.after, 4);
    const rows = this.issuesAfter(known, source, cursor, limit + 1);
    const { rows: shown, next } = pageOf(rows, limit, (last) => writeCursor(...cursorOf(last)));
    return { rows: shown.map((row) => this.forwardRow(row)), next };
  }

  private *walkLots(known: KnownAbout, source: Source, after: number): Iterable<LotRow> {
    let reached: number | undefined = after;
    while (reached !== undefined) {
      const rows = this.lotsAfter(known, source, reached, WALK_BATCH);
      yield* rows;
      reached = rows.length < WALK_BATCH ? undefined : rows.at(-1)?.received_sequence;
    }
  }

  private lotsAfter(known: KnownAbout, source: Source | undefined, after: number, limit: number): LotRow[] {
    const range = [after, ...boundsOf(known), limit];
    return source === undefined
      ? this.lotsOf.all.all(...range)
      : this.lotsOf[source.kind].all(source.id, ...range);
  }

  /** A source's issues lot by lot in order of receipt, an authorisation's in ledger order. */
  private issuesAfter(
    known: KnownAbout,
    source: Source,
    cursor: readonly number[],
    limit: number,
  ): IssueRow[] {
    const [receipt, sequence, lotNumber, serial] = cursor as [number, number, number, number];
    const bounds = boundsOf(known);
    if (source.kind === 'authorisation') {
      return this.issuesOfAuthorisation.all(source.id, sequence, lotNumber, serial, ...bounds, limit);
    }
    const rows: IssueRow[] = [];
    for (const lot of this.walkLots(known, source, receipt - 1)) {
      const after = lot.received_sequence === receipt ? [sequence, serial] : [0, 0];
      rows.push(...this.issuesOfLot.all(lot.lot_number, ...after, ...bounds, limit - rows.length));
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
