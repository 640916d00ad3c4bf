import type { KnownAbout } from '../shared/as-of.js';
import { boundsOf } from '../shared/as-of.js';
import type { Page, PageRequest } from '../shared/page.js';
import { limitOf, pageOf, readCursor, writeCursor } from '../shared/page.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { FactRow } from './fact-row.js';
import { FACT_COLUMNS, referenceOf } from './fact-row.js';
import type { PurchaseOrderLine, PurchaseOrderView } from './questions.js';

interface PurchaseOrderRow extends FactRow {
  sequence: number;
  po_id: string;
  supplier_id: string;
}

interface LineRow {
  sku: string;
  quantity: number;
  unit_cost: string;
  currency: string;
  authorisation_id: string;
  received: number;
}

const BOUNDS = 'p.sequence <= ? AND facts.occurred <= ?';
const SELECT = `SELECT p.*, ${FACT_COLUMNS} FROM purchase_orders p JOIN facts USING (sequence)`;

export class PurchaseReader {
  private readonly byId: Statement<PurchaseOrderRow>;
  private readonly allAfter: Statement<PurchaseOrderRow>;
  private readonly ofSupplier: Statement<PurchaseOrderRow>;
  private readonly linesOf: Statement<LineRow>;
  private readonly lotsOf: Statement<{ lot_id: string }>;

  constructor(tables: Tables) {
    this.byId = tables.prepare(`${SELECT} WHERE p.po_id = ? AND ${BOUNDS}`);
    this.allAfter = tables.prepare(
      `${SELECT} WHERE p.sequence > ? AND ${BOUNDS} ORDER BY p.sequence LIMIT ?`,
    );
    this.ofSupplier = tables.prepare(
      `${SELECT} WHERE p.supplier_id = ? AND p.sequence > ? AND ${BOUNDS} ORDER BY p.sequence LIMIT ?`,
    );
    this.linesOf = tables.prepare(
      `SELECT l.*, coalesce((SELECT sum(r.accepted) FROM receipts r WHERE r.po_id = l.po_id AND r.sku = l.sku
         AND r.sequence <= $sequence AND r.occurred_at <= $occurredUntil
         AND (r.cancelled_sequence IS NULL OR r.cancelled_sequence > $sequence OR r.cancelled_at > $occurredUntil)
       ), 0) AS received
       FROM purchase_order_lines l WHERE l.po_id = $poId ORDER BY l.line`,
    );
    this.lotsOf = tables.prepare(
      'SELECT lot_id FROM lots WHERE po_id = ? AND received_sequence <= ? AND received_at <= ? ORDER BY received_sequence',
    );
  }

  purchaseOrder(known: KnownAbout, poId: string): PurchaseOrderView | undefined {
    const row = this.byId.get(poId, ...boundsOf(known));
    return row === undefined ? undefined : this.view(known, row);
  }

  purchaseOrders(known: KnownAbout, page: PageRequest, supplierId?: string): Page<PurchaseOrderView> {
    const limit = limitOf(page);
    const [after = 0] = page.after === undefined ? [] : readCursor(page.after, 1);
    const range = [after, ...boundsOf(known), limit + 1];
    const rows =
      supplierId === undefined ? this.allAfter.all(...range) : this.ofSupplier.all(supplierId, ...range);
    const { rows: shown, next } = pageOf(rows, limit, (last) => writeCursor(last.sequence));
    return { rows: shown.map((row) => this.view(known, row)), next };
  }

  private view(known: KnownAbout, row: PurchaseOrderRow): PurchaseOrderView {
    const [sequence, occurredUntil] = boundsOf(known);
    return {
      poId: row.po_id,
      supplierId: row.supplier_id,
      lines: this.linesOf.all({ sequence, occurredUntil, poId: row.po_id }).map(lineOf),
      lotIds: this.lotsOf.all(row.po_id, sequence, occurredUntil).map((lot) => lot.lot_id),
      ...referenceOf(row),
    };
  }
}

function lineOf(row: LineRow): PurchaseOrderLine {
  return {
    sku: row.sku,
    quantity: row.quantity,
    unitCost: { amount: row.unit_cost, currency: row.currency },
    authorisationId: row.authorisation_id,
    received: row.received,
    open: row.quantity - row.received,
  };
}
