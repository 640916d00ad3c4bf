import type { EvidenceQuestion } from '../../proof/evidence/question.js';
import type { Order, Story, Told } from './story.js';
import { keyIdOf, keyOf, microsOf, streamOf } from './texts.js';

/** Of a product's stock: few, and any of them may concern a lot that the question is about. */
const LOT_TYPES = ['LotQuarantined', 'LotReleased', 'UnitsWrittenOff', 'UnitsReturned'];

/** Which leaves must be in a pack, told by what a leaf says: its stream, its type and when it occurred. */
export interface Requirements {
  /** Every event of these streams. */
  readonly wholeStreams: ReadonlySet<string>;
  /** Every event of these types of a stream. */
  readonly typesOfStream: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every event that occurred at or after the first and before the second, in microseconds. */
  readonly period: readonly [from: number, to: number] | null;
  /** What events of the pack name and no event of the pack is. */
  readonly lacking: readonly string[];
}

/**
 * What the events of a pack call for. Every stream that is called for must be whole, so that what its events call for in
 * turn is known; nothing that belongs to the question can then be outside the pack.
 */
export function requirementsOf(question: EvidenceQuestion, story: Story): Requirements {
  return new Closure(question, story).find();
}

class Closure {
  private readonly whole = new Set<string>();
  private readonly typed = new Map<string, ReadonlySet<string>>();
  private readonly lacking: string[] = [];
  /** Lots with the serials whose registration is called for; null for all. */
  private readonly lots = new Map<string, Set<number> | null>();
  private readonly skus = new Set<string>();
  private readonly orders = new Set<Order>();
  private readonly reservations: Map<string, Told<'UnitsReserved'>>;

  constructor(
    private readonly question: EvidenceQuestion,
    private readonly story: Story,
  ) {
    this.reservations = new Map(story.of('UnitsReserved').map((told) => [told.payload.reservationId, told]));
  }

  find(): Requirements {
    this.need('genesis');
    this.need('suppliers');
    this.fromQuestion();
    for (const order of this.orders) this.fromOrder(order);
    for (const [lotId, serials] of this.lots) this.fromLot(lotId, serials);
    for (const sku of this.skus) {
      this.typed.set(this.stream('stock', sku), new Set(LOT_TYPES));
      this.demandThat(this.isRegistered('ProductDefined', 'sku', sku), `product ${sku}`);
    }
    const { question } = this;
    const period =
      question.kind === 'period' ? ([microsOf(question.from), microsOf(question.to)] as const) : null;
    return { wholeStreams: this.whole, typesOfStream: this.typed, period, lacking: this.lacking };
  }

  private fromQuestion(): void {
    const { question, story } = this;
    switch (question.kind) {
      case 'orders':
        for (const { merchantId, orderNo } of question.orders) this.needOrder(merchantId, orderNo);
        return;
      case 'lot':
        return this.fromLotQuestion(question.lotId);
      case 'authorisation':
        return this.fromAuthorisation(question.authorisationId);
      case 'period':
        return this.fromPeriod();
      case 'key': {
        const { lotId, serial } = keyOf(question.keyId);
        this.lots.set(lotId, new Set([serial]));
        const sold = story.units.get(question.keyId)?.sold;
        if (sold !== undefined) this.needOrder(sold.order.merchantId, sold.order.orderNo);
      }
    }
  }

  private fromLotQuestion(lotId: string): void {
    this.lots.set(lotId, null);
    const sku = this.story.lots.get(lotId)?.parts[0]?.payload.sku;
    if (sku === undefined) return;
    this.need('stock', sku);
    this.fromDemands(({ units }) => units.some((range) => range.lotId === lotId));
  }

  private fromAuthorisation(authorisationId: string): void {
    const { story } = this;
    const granted = story
      .of('AuthorisationGranted')
      .find(({ payload }) => payload.authorisationId === authorisationId);
    this.demandThat(granted !== undefined, `authorisation ${authorisationId}`);
    const skus = granted?.payload.skus ?? [];
    for (const sku of skus) this.need('stock', sku);
    this.fromDemands(({ units }) => units.some((range) => range.authorisationId === authorisationId));
    for (const [lotId, { parts }] of story.lots) {
      const first = parts[0]?.payload;
      if (first === undefined || !skus.includes(first.sku)) continue;
      if (this.purchaseAuthorisation(first.poId, first.sku) === authorisationId) this.lot(lotId);
    }
  }

  /** Every purchase order of these products is called for: any of them may name the authorisation. */
  private purchaseAuthorisation(poId: string, sku: string): string | undefined {
    this.need('purchaseorder', poId);
    const placed = this.story.purchases.get(poId);
    this.demandThat(placed !== undefined, `purchase order ${poId}`);
    return placed?.payload.lines.find((line) => line.sku === sku)?.authorisationId;
  }

  private fromPeriod(): void {
    const { story, question } = this;
    if (question.kind !== 'period') return;
    const [from, to] = [microsOf(question.from), microsOf(question.to)];
    for (const order of story.orders.values()) {
      const isTouched = order.events.some(({ metadata }) => {
        const at = microsOf((JSON.parse(metadata) as { occurredAt: string }).occurredAt);
        return from <= at && at < to;
      });
      if (isTouched) this.needOrder(order.merchantId, order.orderNo);
    }
    const moved = ['LotReceived', 'LotQuarantined', 'LotReleased', 'UnitsWrittenOff', 'UnitsReturned'];
    for (const { type, payload, at } of story.told)
      if (moved.includes(type) && from <= at && at < to) this.lot((payload as { lotId: string }).lotId);
  }

  /** Orders and refunds that units were set aside for, whatever came of it. */
  private fromDemands(isMeant: (payload: Told<'UnitsReserved'>['payload']) => boolean): void {
    for (const { payload } of this.reservations.values()) {
      const { demand } = payload;
      if (demand.kind === 'transfer' || !isMeant(payload)) continue;
      this.needOrder(demand.merchantId, demand.orderNo);
      if (demand.refundNo !== undefined) this.need('refund', demand.merchantId, demand.refundNo);
    }
  }

  private fromOrder({ merchantId, fulfilled, settled }: Order): void {
    if (fulfilled !== undefined) {
      const { reservationId, units } = fulfilled.payload;
      this.demandThat(this.reservations.has(reservationId), `reservation ${reservationId}`);
      this.demandThat(
        this.isRegistered('MerchantRegistered', 'merchantId', merchantId),
        `merchant ${merchantId}`,
      );
      for (const range of units) this.sold(fulfilled.payload.sku, range);
    }
    for (const { payload } of settled) {
      const { refundNo, reservationId, sku, places } = payload;
      this.need('refund', merchantId, refundNo);
      if (reservationId !== null)
        this.demandThat(this.reservations.has(reservationId), `reservation ${reservationId}`);
      for (const { replacement } of places) if (replacement !== null) this.sold(sku, replacement);
    }
  }

  private sold(
    sku: string,
    range: { lotId: string; firstSerial: number; count: number; authorisationId: string },
  ): void {
    const { question } = this;
    this.skus.add(sku);
    if (question.kind === 'lot' || question.kind === 'key') return;
    if (question.kind === 'authorisation' && range.authorisationId !== question.authorisationId) return;
    const serials = this.lot(range.lotId);
    for (let offset = 0; offset < range.count; offset += 1) serials?.add(range.firstSerial + offset);
  }

  private fromLot(lotId: string, serials: ReadonlySet<number> | null): void {
    const { story } = this;
    const parts = story.lots.get(lotId)?.parts ?? [];
    const first = parts[0]?.payload;
    const isWhole = first !== undefined && parts.every(({ payload }, at) => payload.part === at + 1);
    this.demandThat(isWhole, `receipt of lot ${lotId}`);
    if (first === undefined) return;
    this.skus.add(first.sku);
    this.purchaseAuthorisation(first.poId, first.sku);
    this.demandThat(story.receipts.has(first.attempt), `receipt of lot ${lotId} by its purchase order`);
    const registration = story.registrations.get(first.attempt);
    this.demandThat(registration?.completed !== undefined, `import of lot ${lotId}`);
    if (registration?.completed === undefined) return;
    const { accepted } = registration.completed.payload.counts;
    const wanted = serials ?? Array.from({ length: accepted }, (_, at) => at + 1);
    this.fromSerials(
      lotId,
      [...wanted],
      registration.chunks.map(({ payload }) => payload),
    );
  }

  /** Every key's registration is there; the chunks stand in the order of their serials. */
  private fromSerials(
    lotId: string,
    serials: readonly number[],
    chunks: readonly { readonly firstSerial: number; readonly count: number }[],
  ): void {
    let at = 0;
    for (const serial of [...serials].sort((a, b) => a - b)) {
      while (at < chunks.length && isBehind(chunks[at], serial)) at += 1;
      const chunk = chunks[at];
      if (chunk !== undefined && chunk.firstSerial <= serial) continue;
      this.demandThat(false, `registration of key ${keyIdOf(lotId, serial)}`);
      return;
    }
  }

  private lot(lotId: string): Set<number> | null {
    const known = this.lots.get(lotId);
    if (known !== undefined) return known;
    const serials = new Set<number>();
    this.lots.set(lotId, serials);
    return serials;
  }

  private needOrder(merchantId: string, orderNo: string): void {
    this.need('order', merchantId, orderNo);
    const order = this.story.orderOf(merchantId, orderNo);
    if (order !== undefined) this.orders.add(order);
    else if (this.question.kind === 'orders')
      this.demandThat(false, `order ${orderNo} of merchant ${merchantId}`);
  }

  private isRegistered(type: 'ProductDefined' | 'MerchantRegistered', member: string, id: string): boolean {
    return this.story.told.some(
      (told) => told.type === type && (told.payload as unknown as Record<string, unknown>)[member] === id,
    );
  }

  private demandThat(isThere: boolean, what: string): void {
    if (!isThere) this.lacking.push(what);
  }

  private need(category: string, ...parts: readonly string[]): void {
    this.whole.add(this.stream(category, ...parts));
  }

  private stream(category: string, ...parts: readonly string[]): string {
    return streamOf(this.story.ledger, category, ...parts);
  }
}

function isBehind(
  chunk: { readonly firstSerial: number; readonly count: number } | undefined,
  serial: number,
): boolean {
  return chunk !== undefined && serial >= chunk.firstSerial + chunk.count;
}
