import type { LedgerEvent } from '../../src/domain/events.js';
import { isInSequence, keyId } from '../../src/domain/shared/identifiers.js';
import type { UnitRange } from '../../src/domain/shared/units.js';
import { decodeEvent } from '../../src/infrastructure/event-codec/codec.js';
import { START, type EventStore } from '../../src/infrastructure/event-store/event-store.js';

export async function ledgerEvents(store: EventStore): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for await (const batch of store.readAll(START)) {
    for (const stored of batch) if (isInSequence(stored.stream)) events.push(decodeEvent(stored).event);
  }
  return events;
}

function idsOf(ranges: readonly UnitRange[]): string[] {
  return ranges.flatMap(({ lotId, firstSerial, count }) =>
    Array.from({ length: count }, (_, unit) => keyId(lotId, firstSerial + unit)),
  );
}

/** Every unit by what has become of it, told from the events alone and checked at each of them (G1, G2, G4, G5, G9, G19). */
export class UnitBook {
  readonly held = new Set<string>();
  readonly reserved = new Map<string, string[]>();
  readonly issued = new Set<string>();
  readonly orders = new Map<string, number>();
  readonly refunds = new Set<string>();
  readonly fingerprints = new Map<string, string>();
  private readonly received = new Set<string>();
  private readonly used = new Set<string>();
  private readonly receipts = new Map<string, number>();
  private readonly attempts = new Map<string, Set<string>>();

  static of(events: readonly LedgerEvent[]): UnitBook {
    const book = new UnitBook();
    for (const event of events) book.apply(event);
    return book;
  }

  /** Units that the purchase orders count as received. */
  get receivedByOrders(): number {
    return [...this.receipts.values()].reduce((sum, units) => sum + units, 0);
  }

  get receivedUnits(): number {
    return this.received.size;
  }

  private apply(event: LedgerEvent): void {
    switch (event.type) {
      case 'LotReceiptRecorded':
        this.receipts.set(event.payload.attempt, event.payload.accepted);
        return;
      case 'LotReceiptCancelled':
        this.receipts.delete(event.payload.attempt);
        return;
      case 'KeysRegistered':
        return this.register(event.payload.attempt, event.payload.fingerprints);
      case 'ImportAbandoned':
        for (const fingerprint of this.attempts.get(event.payload.attempt) ?? [])
          this.fingerprints.delete(fingerprint);
        return;
      case 'LotReceived':
        for (const id of idsOf(event.payload.runs)) this.enter(id);
        return;
      case 'UnitsReserved':
        return this.reserve(event.payload.reservationId, idsOf(event.payload.units));
      case 'ReservationReleased':
        expect(this.used.has(event.payload.reservationId)).toBe(false);
        for (const id of this.take(event.payload.reservationId)) this.held.add(id);
        return;
      case 'ReservationConfirmed':
        expect(this.used.has(event.payload.reservationId)).toBe(true);
        this.take(event.payload.reservationId);
        return;
      case 'OrderFulfilled':
        return this.fulfil(event.payload);
      case 'UnitsSettled':
        return this.settle(event.payload);
      default:
        return;
    }
  }

  private register(attempt: string, fingerprints: string): void {
    const packed = Buffer.from(fingerprints, 'base64');
    const own = this.attempts.get(attempt) ?? new Set<string>();
    this.attempts.set(attempt, own);
    for (let at = 0; at < packed.length; at += 16) {
      const fingerprint = packed.toString('hex', at, at + 16);
      expect(this.fingerprints.get(fingerprint)).toBeUndefined();
      this.fingerprints.set(fingerprint, attempt);
      own.add(fingerprint);
    }
  }

  private enter(id: string): void {
    expect(this.received.has(id)).toBe(false);
    this.received.add(id);
    this.held.add(id);
  }

  private reserve(reservationId: string, ids: readonly string[]): void {
    expect(this.reserved.has(reservationId)).toBe(false);
    for (const id of ids) {
      expect(this.held.has(id)).toBe(true);
      this.held.delete(id);
    }
    this.reserved.set(reservationId, [...ids]);
  }

  private take(reservationId: string): string[] {
    const ids = this.reserved.get(reservationId);
    expect(ids).toBeDefined();
    this.reserved.delete(reservationId);
    return ids ?? [];
  }

  private use(reservationId: string, ids: readonly string[]): void {
    expect(this.used.has(reservationId)).toBe(false);
    expect(this.reserved.get(reservationId)).toEqual(ids);
    this.used.add(reservationId);
    for (const id of ids) {
      expect(this.issued.has(id)).toBe(false);
      this.issued.add(id);
    }
  }

  private fulfil(order: Extract<LedgerEvent, { type: 'OrderFulfilled' }>['payload']): void {
    const ids = idsOf(order.units);
    expect(ids).toHaveLength(order.quantity);
    expect(this.orders.has(order.orderNo)).toBe(false);
    this.orders.set(order.orderNo, order.quantity);
    this.use(order.reservationId, ids);
  }

  private settle(settlement: Extract<LedgerEvent, { type: 'UnitsSettled' }>['payload']): void {
    expect(this.refunds.has(settlement.refundNo)).toBe(false);
    this.refunds.add(settlement.refundNo);
    const replacements = settlement.places.flatMap(({ replacement }) =>
      replacement === null ? [] : [replacement],
    );
    if (settlement.reservationId !== null) this.use(settlement.reservationId, idsOf(replacements));
  }
}
