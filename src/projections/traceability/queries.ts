import { keyId } from '../../domain/shared/identifiers.js';
import type { AsOfAbout, KnownAbout } from '../shared/as-of.js';
import { SEQUENCE_MAX } from '../shared/as-of.js';
import type { Page, PageRequest } from '../shared/page.js';
import type { EventRange } from '../shared/event-range.js';
import { StandingQueries } from '../shared/standing-tables.js';
import type { Tables } from '../shared/tables.js';
import { CountReader } from './counts.js';
import { FactReader } from './facts.js';
import { KeyReader } from './keys.js';
import type { LotRow } from './lots.js';
import { LotReader, lotViewOf } from './lots.js';
import type { StoredOrder } from './orders.js';
import { OrderReader } from './orders.js';
import type { PlacedKey } from './places.js';
import { PurchaseReader } from './purchases.js';
import type {
  Counted,
  CountMoves,
  ForwardRow,
  ImportReceipt,
  KeyMovement,
  KeyTrace,
  LotView,
  MovingEvent,
  OrderRow,
  OrderView,
  PeriodRequest,
  PurchaseOrderView,
  RefundRow,
  Source,
  SourceReach,
  TraceabilityQuestions,
  TraceRow,
} from './questions.js';
import { ReachReader } from './reach.js';
import { SourceReader } from './sources.js';

export class TraceabilityQueries implements TraceabilityQuestions {
  private readonly lotReader: LotReader;
  private readonly orderReader: OrderReader;
  private readonly keyReader: KeyReader;
  private readonly sourceReader: SourceReader;
  private readonly purchaseReader: PurchaseReader;
  private readonly standings: StandingQueries;
  private readonly reachReader: ReachReader;
  private readonly countReader: CountReader;
  private readonly factReader: FactReader;

  constructor(tables: Tables) {
    this.lotReader = new LotReader(tables);
    this.orderReader = new OrderReader(tables);
    this.keyReader = new KeyReader(tables, this.lotReader, this.orderReader);
    this.sourceReader = new SourceReader(tables, this.orderReader);
    this.purchaseReader = new PurchaseReader(tables);
    this.standings = new StandingQueries(tables);
    this.reachReader = new ReachReader(tables);
    this.countReader = new CountReader(tables);
    this.factReader = new FactReader(tables);
  }

  traceOrder(
    known: KnownAbout,
    merchantId: string,
    orderNo: string,
    unit?: number,
  ): readonly TraceRow[] | undefined {
    const order = this.orderReader.find(known, merchantId, orderNo);
    if (order === undefined) return undefined;
    const keys = this.orderReader
      .keys(known, order)
      .filter(({ place }) => unit === undefined || place === unit);
    const lots = new Map<string, LotRow>();
    return keys.map((key) => {
      const lot = lots.get(key.lotId) ?? this.lotOf(known, key.lotId);
      lots.set(key.lotId, lot);
      return this.traceRow(order, key, lot);
    });
  }

  traceKey(asOf: AsOfAbout, id: string): KeyTrace | undefined {
    return this.keyReader.trace(asOf, id);
  }

  timeline(known: KnownAbout, id: string): readonly KeyMovement[] | undefined {
    return this.keyReader.timeline(known, id);
  }

  order(known: KnownAbout, merchantId: string, orderNo: string): OrderView | undefined {
    const order = this.orderReader.find(known, merchantId, orderNo);
    return order === undefined ? undefined : this.orderReader.view(known, order);
  }

  orders(known: KnownAbout, request: PeriodRequest): Page<OrderRow> {
    return this.orderReader.orders(known, request);
  }

  refunds(known: KnownAbout, request: PeriodRequest): Page<RefundRow> {
    return this.orderReader.refunds(known, request);
  }

  lot(known: KnownAbout, lotId: string): LotView | undefined {
    const lot = this.lotReader.find(known, lotId);
    return lot === undefined ? undefined : this.lotView(known, lot);
  }

  lots(known: KnownAbout, page: PageRequest, source?: Source): Page<LotView> {
    const { rows, next } = this.sourceReader.lots(known, page, source);
    return { rows: rows.map((lot) => this.lotView(known, lot)), next };
  }

  purchaseOrder(known: KnownAbout, poId: string): PurchaseOrderView | undefined {
    return this.purchaseReader.purchaseOrder(known, poId);
  }

  purchaseOrders(known: KnownAbout, page: PageRequest, supplierId?: string): Page<PurchaseOrderView> {
    return this.purchaseReader.purchaseOrders(known, page, supplierId);
  }

  imports(known: KnownAbout, page: PageRequest): Page<ImportReceipt> {
    return this.sourceReader.receipts(known, page);
  }

  forward(known: KnownAbout, source: Source, page: PageRequest): Page<ForwardRow> {
    return this.sourceReader.forward(known, source, page);
  }

  reach(known: KnownAbout, source: Source): SourceReach {
    return this.reachReader.reach(known, source);
  }

  count(counted: Counted, known: KnownAbout): number {
    return this.countReader.count(counted, known);
  }

  countMoves(counted: Counted, range: EventRange, limit: number): CountMoves {
    return this.countReader.moves(counted, range, limit);
  }

  movingEvents(sequences: readonly number[]): readonly MovingEvent[] {
    return this.factReader.events(sequences);
  }

  private lotView(known: KnownAbout, lot: LotRow): LotView {
    // Quarantine does not depend on when expiry is judged.
    return lotViewOf(lot, this.standings.asOf({ ...known, at: 0 }).quarantined(lot.lot_id));
  }

  /** Where an order's key came from, whenever that is said to have occurred. */
  private lotOf({ sequence = SEQUENCE_MAX }: KnownAbout, lotId: string): LotRow {
    const lot = this.lotReader.find({ sequence }, lotId);
    if (lot === undefined)
      throw new RangeError(`no lot ${lotId} is in stock; rebuild the traceability read model`);
    return lot;
  }

  private traceRow(order: StoredOrder, key: PlacedKey, lot: LotRow): TraceRow {
    return {
      merchantId: order.merchant_id,
      orderNo: order.order_no,
      unit: key.place,
      role: key.role,
      keyId: keyId(key.lotId, key.serial),
      state: key.state,
      sku: order.sku,
      lotId: key.lotId,
      file: lot.file_name,
      fileLine: this.lotReader.lineOf(lot, key.serial),
      poId: lot.po_id,
      supplierId: lot.supplier_id,
      authorisationId: key.authorisationId,
    };
  }
}
