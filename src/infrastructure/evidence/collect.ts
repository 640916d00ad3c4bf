import type { EventOf } from '../../domain/events.js';
import { parseKeyId, type StreamName } from '../../domain/shared/identifiers.js';
import { instantOf } from '../../domain/shared/time.js';
import type { UnitRange } from '../../domain/shared/units.js';
import { readEntry } from '../../proof/envelope.js';
import type { EvidenceQuestion, OrderName } from '../../proof/evidence/question.js';
import { orderKey } from './facts.js';
import type { LedgerReader, ReadEvent } from './ledger-reader.js';
import { EvidenceRefused, type EvidenceSources } from './ports.js';
import { importEvents } from './registry-search.js';

/** Of a product's stock: what concerns whole lots or ends a key without an order. Few, so a pack holds them all. */
const LOT_EVENTS: ReadonlySet<string> = new Set([
  'LotQuarantined',
  'LotReleased',
  'UnitsWrittenOff',
  'UnitsReturned',
]);
const LEAVES_AT_ONCE = 1000;

/** What is wanted of one lot's registration. */
interface WantedLot {
  readonly sku: string;
  /** Serials whose chunks are wanted; undefined for all. */
  serials: UnitRange[] | undefined;
}

/**
 * Gathers every event that concerns a question. What counts as concerned is said here once, as streams that must be
 * whole and events that others name; the verifier says it a second time and proves it from the leaves.
 */
export class EvidenceCollector {
  private readonly orders = new Map<string, OrderName>();
  private readonly refunds = new Map<string, { readonly merchantId: string; readonly refundNo: string }>();
  private readonly lots = new Map<string, WantedLot>();
  private readonly reservations = new Set<string>();
  private readonly skus = new Set<string>();
  private readonly merchants = new Set<string>();

  constructor(
    private readonly sources: Pick<EvidenceSources, 'tree' | 'skuOfLot'>,
    private readonly reader: LedgerReader,
  ) {}

  /** @throws EvidenceRefused for a subject that the ledger does not know as of the checkpoint */
  async collect(question: EvidenceQuestion): Promise<readonly ReadEvent[]> {
    await this.reader.keepWhole(this.reader.stream('genesis'));
    await this.reader.keepWhole(this.reader.stream('suppliers'));
    await this.findSubjects(question);
    await this.keepOrders(question);
    await this.keepStock();
    await this.keepLots();
    await this.keepNames();
    return this.reader.events();
  }

  private async findSubjects(question: EvidenceQuestion): Promise<void> {
    switch (question.kind) {
      case 'orders':
        for (const order of question.orders)
          this.orders.set(orderKey(order.merchantId, order.orderNo), order);
        return;
      case 'lot':
        return this.ofLot(question.lotId);
      case 'authorisation':
        return this.ofAuthorisation(question.authorisationId);
      case 'period':
        return this.ofPeriod(question.from, question.to);
      case 'key':
        return this.ofKey(question.keyId);
    }
  }

  /** The whole stock of its product, and every order that its units were set aside for. */
  private async ofLot(lotId: string): Promise<void> {
    const sku = this.skuOf(lotId);
    this.lots.set(lotId, { sku, serials: undefined });
    const stock = await this.reader.keepWhole(this.reader.stream('stock', sku));
    for (const { recorded } of stock)
      if (recorded.event.type === 'UnitsReserved')
        this.demand(recorded.event.payload, (range) => range.lotId === lotId);
  }

  private async ofAuthorisation(authorisationId: string): Promise<void> {
    const register = await this.reader.keepWhole(this.reader.stream('suppliers'));
    const granted = register
      .map(({ recorded }) => recorded.event)
      .find(
        (event) => event.type === 'AuthorisationGranted' && event.payload.authorisationId === authorisationId,
      );
    if (granted?.type !== 'AuthorisationGranted')
      throw unknown(`authorisation ${authorisationId}`, this.reader.size);
    for (const sku of new Set(granted.payload.skus)) {
      for (const { recorded } of await this.reader.keepWhole(this.reader.stream('stock', sku))) {
        const { event } = recorded;
        if (event.type === 'UnitsReserved')
          this.demand(event.payload, (range) => range.authorisationId === authorisationId);
        if (event.type === 'LotReceived') await this.boughtUnder(authorisationId, event.payload);
      }
    }
  }

  /** Every purchase order of these products is kept, so that none that names the authorisation can be missing. */
  private async boughtUnder(
    authorisationId: string,
    { lotId, poId, sku }: EventOf<'LotReceived'>['payload'],
  ): Promise<void> {
    const purchase = await this.reader.keepWhole(this.reader.stream('purchaseorder', poId));
    const placed = purchase[0]?.recorded.event;
    if (placed?.type !== 'PurchaseOrderPlaced') return;
    const line = placed.payload.lines.find((each) => each.sku === sku);
    if (line?.authorisationId === authorisationId && !this.lots.has(lotId))
      this.lots.set(lotId, { sku, serials: [] });
  }

  /** Every event that occurred then, and every order that they touch. */
  private async ofPeriod(from: string, to: string): Promise<void> {
    const wanted = this.leavesOf(instantOf(from), instantOf(to));
    for (const [stream, revisions] of wanted) {
      const [first, last] = [revisions[0] ?? 0, revisions.at(-1) ?? 0];
      const set = new Set(revisions);
      for await (const event of this.reader.read(stream as StreamName, first, last - first + 1)) {
        if (!set.has(event.recorded.revision)) continue;
        this.reader.keep(event);
        this.touched(event);
      }
    }
  }

  private leavesOf(from: number, to: number): Map<string, number[]> {
    const wanted = new Map<string, number[]>();
    for (let index = 0; index < this.reader.size; index += LEAVES_AT_ONCE) {
      const count = Math.min(LEAVES_AT_ONCE, this.reader.size - index);
      for (const entry of this.sources.tree.entries(index, count)) {
        const { stream, revision, occurredAt } = readEntry(entry);
        const at = instantOf(occurredAt);
        if (at < from || at >= to) continue;
        const revisions = wanted.get(stream) ?? [];
        wanted.set(stream, revisions);
        revisions.push(revision);
      }
    }
    return wanted;
  }

  private touched({ recorded }: ReadEvent): void {
    const { event } = recorded;
    switch (event.type) {
      case 'OrderFulfilled':
      case 'UnitsSettled':
      case 'KeysRevealed':
      case 'OrderConflictRecorded':
      case 'OrderAttemptAbandoned':
        this.order(event.payload.merchantId, event.payload.orderNo);
        return;
      case 'LotReceived':
      case 'UnitsWrittenOff':
      case 'UnitsReturned':
      case 'LotQuarantined':
      case 'LotReleased':
        this.wantLot(event.payload.lotId, event.payload.sku);
        return;
      default:
    }
  }

  /** The order that its product's stock says it went to. */
  private async ofKey(id: string): Promise<void> {
    const key = parseKeyId(id);
    if (key === undefined) throw unknown(`key ${id}`, this.reader.size);
    const { lotId, serial } = key;
    const sku = this.skuOf(lotId);
    const range = { lotId, firstSerial: serial, count: 1 };
    this.lots.set(lotId, { sku, serials: [range] });
    for await (const { recorded } of this.reader.read(this.reader.stream('stock', sku)))
      if (recorded.event.type === 'UnitsReserved')
        this.demand(recorded.event.payload, (units) => covers(units, range));
  }

  private demand(
    { demand, units }: EventOf<'UnitsReserved'>['payload'],
    isWanted: (range: EventOf<'UnitsReserved'>['payload']['units'][number]) => boolean,
  ): void {
    if (demand.kind === 'transfer' || !units.some(isWanted)) return;
    this.order(demand.merchantId, demand.orderNo);
    if (demand.kind === 'refund') this.refund(demand.merchantId, demand.refundNo);
  }

  private order(merchantId: string, orderNo: string): void {
    this.orders.set(orderKey(merchantId, orderNo), { merchantId, orderNo });
  }

  private refund(merchantId: string, refundNo: string): void {
    this.refunds.set(orderKey(merchantId, refundNo), { merchantId, refundNo });
  }

  private async keepOrders(question: EvidenceQuestion): Promise<void> {
    for (const { merchantId, orderNo } of this.orders.values()) {
      const events = await this.reader.keepWhole(this.reader.stream('order', merchantId, orderNo));
      if (events.length === 0 && question.kind === 'orders')
        throw unknown(`order ${orderNo} of merchant ${merchantId}`, this.reader.size);
      for (const { recorded } of events) this.ofOrder(question, recorded.event);
    }
    for (const { merchantId, refundNo } of this.refunds.values())
      await this.reader.keepWhole(this.reader.stream('refund', merchantId, refundNo));
  }

  private ofOrder(question: EvidenceQuestion, event: ReadEvent['recorded']['event']): void {
    if (event.type === 'OrderFulfilled') {
      const { merchantId, sku, reservationId, units } = event.payload;
      this.merchants.add(merchantId);
      this.reservations.add(reservationId);
      for (const range of units) this.sold(question, sku, range);
    }
    if (event.type !== 'UnitsSettled') return;
    const { merchantId, refundNo, sku, reservationId, places } = event.payload;
    this.refund(merchantId, refundNo);
    if (reservationId !== null) this.reservations.add(reservationId);
    for (const { replacement } of places) if (replacement !== null) this.sold(question, sku, replacement);
  }

  /** The lot that sold units came from, as far as the question is about them. */
  private sold(
    question: EvidenceQuestion,
    sku: string,
    range: UnitRange & { readonly authorisationId: string },
  ): void {
    this.skus.add(sku);
    if (question.kind === 'lot' || question.kind === 'key') return;
    if (question.kind === 'authorisation' && range.authorisationId !== question.authorisationId) return;
    this.wantLot(range.lotId, sku).serials?.push(range);
  }

  private wantLot(lotId: string, sku: string): WantedLot {
    const lot = this.lots.get(lotId) ?? { sku, serials: [] };
    this.lots.set(lotId, lot);
    return lot;
  }

  /** Of each product's stock: the lots' receipts, what concerns whole lots, and the orders' reservations. */
  private async keepStock(): Promise<void> {
    for (const { sku } of this.lots.values()) this.skus.add(sku);
    for (const sku of this.skus) {
      for await (const event of this.reader.read(this.reader.stream('stock', sku)))
        if (this.isWantedOfStock(event.recorded.event)) this.reader.keep(event);
    }
  }

  private isWantedOfStock(event: ReadEvent['recorded']['event']): boolean {
    if (LOT_EVENTS.has(event.type)) return true;
    if (event.type === 'LotReceived') return this.lots.has(event.payload.lotId);
    return event.type === 'UnitsReserved' && this.reservations.has(event.payload.reservationId);
  }

  /** Purchase order, import and the chunks of the wanted keys. */
  private async keepLots(): Promise<void> {
    const received = this.reader.events().map(({ recorded }) => recorded.event);
    const done = new Set<string>();
    for (const event of received) {
      if (event.type !== 'LotReceived') continue;
      const { lotId, poId, attempt } = event.payload;
      const lot = this.lots.get(lotId);
      if (lot === undefined || done.has(lotId)) continue;
      done.add(lotId);
      const purchase = await this.reader.keepWhole(this.reader.stream('purchaseorder', poId));
      const receipt = purchase.find(
        ({ recorded }) =>
          recorded.event.type === 'LotReceiptRecorded' && recorded.event.payload.attempt === attempt,
      );
      for await (const each of importEvents(this.reader, attempt, receipt?.sequence ?? 0))
        if (isWantedOfImport(each.recorded.event, lot)) this.reader.keep(each);
    }
  }

  private async keepNames(): Promise<void> {
    for await (const event of this.reader.read(this.reader.stream('products'))) {
      const { event: body } = event.recorded;
      if (body.type === 'ProductDefined' && this.skus.has(body.payload.sku)) this.reader.keep(event);
    }
    for await (const event of this.reader.read(this.reader.stream('merchants'))) {
      const { event: body } = event.recorded;
      if (body.type === 'MerchantRegistered' && this.merchants.has(body.payload.merchantId))
        this.reader.keep(event);
    }
  }

  private skuOf(lotId: string): string {
    const sku = this.sources.skuOfLot(lotId);
    if (sku === undefined) throw unknown(`lot ${lotId}`, this.reader.size);
    return sku;
  }
}

function isWantedOfImport(event: ReadEvent['recorded']['event'], { serials }: WantedLot): boolean {
  if (event.type !== 'KeysRegistered' || serials === undefined) return true;
  const { firstSerial, count } = event.payload;
  return serials.some(
    (range) => range.firstSerial < firstSerial + count && firstSerial < range.firstSerial + range.count,
  );
}

function covers(range: UnitRange, { lotId, firstSerial }: UnitRange): boolean {
  return (
    range.lotId === lotId && range.firstSerial <= firstSerial && firstSerial < range.firstSerial + range.count
  );
}

function unknown(what: string, size: number): EvidenceRefused {
  return new EvidenceRefused(
    'unknown_subject',
    `the ledger knows no ${what} as of sequence ${size}; check the id`,
  );
}
