import type { Moment } from '../../proof/evidence/answers.js';
import type { PackEvent } from '../../proof/evidence/lines.js';
import type { Failures } from './findings.js';
import { CATEGORY_OF, KNOWN_VERSIONS, type KnownType, type Payloads, type SoldSerials } from './payloads.js';
import { keyIdOf, microsOf, streamOf } from './texts.js';

/** An event whose payload was read. */
export interface Told<Type extends KnownType> extends Moment {
  readonly type: Type;
  readonly payload: Payloads[Type];
  /** `occurredAt` in microseconds. */
  readonly at: number;
  readonly actor: string;
  readonly event: PackEvent;
}

type ToldAny = { [Type in KnownType]: Told<Type> }[KnownType];

/** One card key, as its events move it. */
export interface Unit {
  readonly lotId: string;
  readonly serial: number;
  sold:
    | {
        readonly by: Told<'OrderFulfilled'> | Told<'UnitsSettled'>;
        readonly order: Order;
        readonly place: number;
        /** The first place of the range that it came in. */
        readonly rangePlace: number;
        readonly source: SoldSerials;
        readonly isReplacement: boolean;
      }
    | undefined;
  settled: { readonly by: Told<'UnitsSettled'>; readonly replacedBy: string | null } | undefined;
  removed: Told<'UnitsWrittenOff'> | Told<'UnitsReturned'> | undefined;
  readonly revealed: Told<'KeysRevealed'>[];
}

export interface Order {
  readonly merchantId: string;
  readonly orderNo: string;
  fulfilled: Told<'OrderFulfilled'> | undefined;
  /** The key that fills each place now, from place 1; null where the price was paid back. */
  readonly places: (Unit | null)[];
  readonly settled: Told<'UnitsSettled'>[];
  readonly revealed: Told<'KeysRevealed'>[];
  readonly events: PackEvent[];
}

export interface Lot {
  readonly parts: Told<'LotReceived'>[];
  readonly standing: (Told<'LotQuarantined'> | Told<'LotReleased'>)[];
}

export interface Registration {
  readonly opened: Told<'ImportOpened'>;
  readonly chunks: Told<'KeysRegistered'>[];
  completed: Told<'ImportCompleted'> | undefined;
  duplicates: Told<'DuplicateKeysFound'> | undefined;
}

/**
 * The goods' story as the events of a pack tell it, key by key: each is sold once, and settled or removed only from
 * where it stands. What cannot be is a failure that names the event.
 */
export class Story {
  readonly told: ToldAny[] = [];
  readonly units = new Map<string, Unit>();
  readonly orders = new Map<string, Order>();
  readonly lots = new Map<string, Lot>();
  /** By attempt. */
  readonly registrations = new Map<string, Registration>();
  readonly receipts = new Map<string, Told<'LotReceiptRecorded'>>();
  readonly purchases = new Map<string, Told<'PurchaseOrderPlaced'>>();

  /** @param ledger the first part of every stream's name */
  constructor(
    readonly ledger: string,
    private readonly failures: Failures,
  ) {}

  /** Events in the order of the sequence. */
  tell(event: PackEvent): void {
    this.failures.attempt('event_payload', { event }, () => this.read(event));
  }

  of<Type extends KnownType>(type: Type): Told<Type>[] {
    return this.told.filter((told) => told.type === type) as unknown as Told<Type>[];
  }

  registrationOf(lotId: string): Registration | undefined {
    const attempt = this.lots.get(lotId)?.parts[0]?.payload.attempt;
    return attempt === undefined ? undefined : this.registrations.get(attempt);
  }

  orderOf(merchantId: string, orderNo: string): Order | undefined {
    return this.orders.get(JSON.stringify([merchantId, orderNo]));
  }

  private read(event: PackEvent): void {
    const metadata = JSON.parse(event.metadata) as {
      schemaVersion: number;
      occurredAt: string;
      recordedAt: string;
      actor: string;
    };
    this.noteOrderEvent(event);
    if (!Object.hasOwn(KNOWN_VERSIONS, event.type)) return;
    const type = event.type as KnownType;
    if (metadata.schemaVersion > KNOWN_VERSIONS[type])
      throw new RangeError(
        `${type} is of version ${metadata.schemaVersion}; verify it with a newer verifier`,
      );
    const { occurredAt, recordedAt, actor } = metadata;
    const told = {
      sequence: event.sequence,
      occurredAt,
      recordedAt,
      type,
      payload: JSON.parse(event.data) as unknown,
      at: microsOf(occurredAt),
      actor,
      event,
    } as unknown as ToldAny;
    this.requireOwnStream(told);
    this.told.push(told);
    this.move(told);
  }

  /** An order's whole stream counts, whatever stands in it. */
  private noteOrderEvent(event: PackEvent): void {
    if (!event.stream.startsWith(`${this.ledger}.order-`)) return;
    const { merchantId, orderNo } = JSON.parse(event.data) as { merchantId: string; orderNo: string };
    this.order(merchantId, orderNo).events.push(event);
  }

  /** A payload that names another subject than its stream would hide an event where nobody looks for it. */
  private requireOwnStream({ type, payload, event }: ToldAny): void {
    const category = CATEGORY_OF[type];
    const parts = subjectOf(category, payload as unknown as Readonly<Record<string, unknown>>);
    const stream = streamOf(this.ledger, category, ...parts);
    if (stream !== event.stream)
      this.failures.add('event_stream', `this ${type} belongs into ${stream}`, { event });
  }

  private move(told: ToldAny): void {
    switch (told.type) {
      case 'LotReceived':
        this.lot(told.payload.lotId).parts.push(told);
        return;
      case 'LotQuarantined':
      case 'LotReleased':
        this.lot(told.payload.lotId).standing.push(told);
        return;
      case 'UnitsWrittenOff':
      case 'UnitsReturned':
        for (const range of told.payload.units)
          for (const unit of this.unitsOf(range)) this.remove(unit, told);
        return;
      case 'OrderFulfilled':
        this.fulfil(told);
        return;
      case 'UnitsSettled':
        this.settle(told);
        return;
      case 'KeysRevealed':
        this.reveal(told);
        return;
      default:
        this.register(told);
    }
  }

  private register(told: ToldAny): void {
    switch (told.type) {
      case 'ImportOpened':
        this.registrations.set(told.payload.attempt, {
          opened: told,
          chunks: [],
          completed: undefined,
          duplicates: undefined,
        });
        return;
      case 'KeysRegistered':
        this.registrations.get(told.payload.attempt)?.chunks.push(told);
        return;
      case 'ImportCompleted': {
        const registration = this.registrations.get(told.payload.attempt);
        if (registration !== undefined) registration.completed = told;
        return;
      }
      case 'DuplicateKeysFound': {
        const registration = this.registrations.get(told.payload.attempt ?? '');
        if (registration !== undefined) registration.duplicates = told;
        return;
      }
      case 'PurchaseOrderPlaced':
        this.purchases.set(told.payload.poId, told);
        return;
      case 'LotReceiptRecorded':
        this.receipts.set(told.payload.attempt, told);
        return;
      default:
    }
  }

  private fulfil(told: Told<'OrderFulfilled'>): void {
    const order = this.order(told.payload.merchantId, told.payload.orderNo);
    if (order.fulfilled !== undefined) this.fault('an order is fulfilled once', told);
    order.fulfilled = told;
    for (const range of told.payload.units) {
      const rangePlace = order.places.length + 1;
      for (const unit of this.unitsOf(range)) {
        order.places.push(unit);
        const place = order.places.length;
        this.sell(unit, { by: told, order, place, rangePlace, source: range, isReplacement: false });
      }
    }
    if (order.places.length !== told.payload.quantity) this.fault('an order is fulfilled whole', told);
  }

  private settle(told: Told<'UnitsSettled'>): void {
    const order = this.order(told.payload.merchantId, told.payload.orderNo);
    order.settled.push(told);
    for (const { place, voided, replacement } of told.payload.places) {
      const [unit] = this.unitsOf({ ...voided, count: 1 });
      if (unit === undefined || order.places[place - 1] !== unit || unit.settled !== undefined)
        this.fault(`place ${place} does not hold ${keyIdOf(voided.lotId, voided.firstSerial)}`, told);
      const replacedBy = replacement === null ? null : keyIdOf(replacement.lotId, replacement.firstSerial);
      if (unit !== undefined) unit.settled = { by: told, replacedBy };
      order.places[place - 1] = null;
      if (replacement === null) continue;
      const [next] = this.unitsOf({ ...replacement, count: 1 });
      if (next === undefined) continue;
      order.places[place - 1] = next;
      const source = replacement;
      this.sell(next, { by: told, order, place, rangePlace: place, source, isReplacement: true });
    }
  }

  private reveal(told: Told<'KeysRevealed'>): void {
    const order = this.order(told.payload.merchantId, told.payload.orderNo);
    order.revealed.push(told);
    const seen = new Set<Unit>();
    for (const { lotId, serial, place } of told.payload.keys) {
      const [unit] = this.unitsOf({ lotId, firstSerial: serial, count: 1 });
      if (unit === undefined || seen.has(unit)) continue;
      seen.add(unit);
      if (order.places[place - 1] !== unit)
        this.fault(`place ${place} does not hold the key that was revealed`, told);
      unit.revealed.push(told);
    }
  }

  private sell(unit: Unit, sold: NonNullable<Unit['sold']>): void {
    if (unit.sold !== undefined)
      this.fault(`key ${keyIdOf(unit.lotId, unit.serial)} was sold before`, sold.by);
    if (unit.removed !== undefined)
      this.fault(`key ${keyIdOf(unit.lotId, unit.serial)} had left the stock`, sold.by);
    unit.sold = sold;
  }

  private remove(unit: Unit, told: Told<'UnitsWrittenOff'> | Told<'UnitsReturned'>): void {
    if (unit.sold !== undefined || unit.removed !== undefined)
      this.fault(`key ${keyIdOf(unit.lotId, unit.serial)} was not in stock any more`, told);
    unit.removed = told;
  }

  private fault(message: string, { event }: { readonly event: PackEvent }): void {
    this.failures.add('history', message, { event });
  }

  private unitsOf({
    lotId,
    firstSerial,
    count,
  }: {
    lotId: string;
    firstSerial: number;
    count: number;
  }): Unit[] {
    if (!Number.isSafeInteger(count) || count < 1 || count > 10_000_000)
      throw new RangeError(`${count} is no number of keys`);
    return Array.from({ length: count }, (_, offset) => this.unit(lotId, firstSerial + offset));
  }

  private unit(lotId: string, serial: number): Unit {
    const id = keyIdOf(lotId, serial);
    const known = this.units.get(id);
    if (known !== undefined) return known;
    const unit: Unit = {
      lotId,
      serial,
      sold: undefined,
      settled: undefined,
      removed: undefined,
      revealed: [],
    };
    this.units.set(id, unit);
    return unit;
  }

  private order(merchantId: string, orderNo: string): Order {
    const key = JSON.stringify([merchantId, orderNo]);
    const known = this.orders.get(key);
    if (known !== undefined) return known;
    const order: Order = {
      merchantId,
      orderNo,
      fulfilled: undefined,
      places: [],
      settled: [],
      revealed: [],
      events: [],
    };
    this.orders.set(key, order);
    return order;
  }

  private lot(lotId: string): Lot {
    const lot = this.lots.get(lotId) ?? { parts: [], standing: [] };
    this.lots.set(lotId, lot);
    return lot;
  }
}

/** The parts of the stream's name that a payload must stand in. */
function subjectOf(category: string, payload: Readonly<Record<string, unknown>>): string[] {
  switch (category) {
    case 'purchaseorder':
      return [String(payload['poId'])];
    case 'stock':
      return [String(payload['sku'])];
    case 'order':
      return [String(payload['merchantId']), String(payload['orderNo'])];
    default:
      return [];
  }
}
