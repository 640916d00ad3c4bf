import type { Instant } from '../../domain/shared/time.js';
import type { LineCounts } from '../../domain/shared/units.js';
import type { AsOfAbout, KnownAbout } from '../shared/as-of.js';
import type { UnitState } from '../shared/availability.js';
import type { Page, PageRequest } from '../shared/page.js';
import type { EventRange } from '../shared/event-range.js';

export type Role = 'issued' | 'replacement';

/** The way from one place of an order back to its source; exactly a row of a pack's `traces.json`. */
export interface TraceRow {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly unit: number;
  readonly role: Role;
  readonly keyId: string;
  readonly state: 'issued' | 'void';
  readonly sku: string;
  readonly lotId: string;
  readonly file: string;
  readonly fileLine: number;
  readonly poId: string;
  readonly supplierId: string;
  readonly authorisationId: string;
}

/** What became of one key; exactly an element of a pack's `keys.json`. */
export interface KeyTrace {
  readonly keyId: string;
  readonly state: UnitState;
  /** Where it lies; null unless held. */
  readonly pool: string | null;
  readonly sku: string;
  readonly lotId: string;
  readonly file: string;
  readonly fileLine: number;
  readonly poId: string;
  readonly supplierId: string;
  readonly unitCost: string;
  /** The place that it was issued to; null for a key that was never issued. */
  readonly order: {
    readonly merchantId: string;
    readonly orderNo: string;
    readonly unit: number;
    readonly role: Role;
  } | null;
}

/** The event behind an answer. */
export interface EventReference {
  readonly eventId: string;
  readonly sequence: number;
  /** The engine's own position: opaque, and different on another engine. */
  readonly position: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
}

export type MovementKind =
  | 'received'
  | 'moved'
  | 'quarantined'
  | 'released'
  | 'issued'
  | 'revealed'
  | 'refunded'
  | 'replaced'
  | 'writtenOff'
  | 'returned';

/** One thing that happened to a key. */
export interface KeyMovement extends EventReference {
  readonly kind: MovementKind;
  /** For `received` where it lay first, for `moved` where it went; else null. */
  readonly pool: string | null;
  /** For `issued`, `revealed`, `refunded`, `replaced`; else null. */
  readonly order: {
    readonly merchantId: string;
    readonly orderNo: string;
    readonly unit: number;
    readonly role: Role;
  } | null;
  readonly refundNo: string | null;
  /** For `issued`: the authorisation then in force. */
  readonly authorisationId: string | null;
  /** Given by the operator or, for `refunded` and `replaced`, the refund's; for `revealed` the purpose. */
  readonly reason: string | null;
}

/** Consecutive places of an order as they stand, each with the key that fills it. */
export interface OrderUnits {
  readonly firstPlace: number;
  readonly lotId: string;
  readonly firstSerial: number;
  readonly count: number;
  readonly authorisationId: string;
  readonly role: Role;
  readonly state: 'issued' | 'void';
}

export interface Money {
  readonly amount: string;
  readonly currency: string;
}

export interface OrderRow extends EventReference {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly sku: string;
  readonly pool: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  /** Price of all places, before refunds. */
  readonly total: Money;
}

export interface OrderView extends OrderRow {
  /** In order of place; a replaced place appears with its void key and with its present one. */
  readonly units: readonly OrderUnits[];
  readonly refunds: readonly RefundRow[];
}

export interface RefundRow extends EventReference {
  readonly merchantId: string;
  readonly refundNo: string;
  readonly orderNo: string;
  readonly sku: string;
  /** Places within the order, in the order they were named. */
  readonly units: readonly number[];
  readonly reason: 'bad_key' | 'goodwill';
  readonly remedy: 'refund' | 'replace';
  /** Paid back: nothing for a replacement. */
  readonly total: Money;
}

export interface PeriodRequest extends PageRequest {
  readonly merchantId?: string;
  /** Occurred at or after. */
  readonly from?: Instant;
  /** Occurred before. */
  readonly until?: Instant;
}

export interface KeyFileReference {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface LotView extends EventReference {
  readonly lotId: string;
  readonly sku: string;
  readonly poId: string;
  readonly supplierId: string;
  readonly unitCost: Money;
  readonly expiresAt: string | null;
  readonly file: KeyFileReference;
  readonly counts: LineCounts;
  readonly quarantined: boolean;
}

/** The counters of one received key file; its first eight fields are exactly an element of the report's `imports`. */
export interface ImportReceipt extends LineCounts {
  readonly lotId: string;
}

export interface PurchaseOrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitCost: Money;
  readonly authorisationId: string;
  /** Accepted by imports so far; a return reopens nothing. */
  readonly received: number;
  readonly open: number;
}

export interface PurchaseOrderView extends EventReference {
  readonly poId: string;
  readonly supplierId: string;
  readonly lines: readonly PurchaseOrderLine[];
  /** Received lots, in order of receipt. */
  readonly lotIds: readonly string[];
}

/** Where goods came from: where a forward trace starts. */
export interface Source {
  readonly kind: 'supplier' | 'authorisation' | 'purchaseOrder' | 'lot' | 'keyFile';
  /** An id; for `keyFile` its SHA-256 in lower-case hexadecimal. */
  readonly id: string;
}

/** Consecutive keys that went to consecutive places of one order. */
export interface ForwardRow extends EventReference {
  readonly lotId: string;
  readonly firstSerial: number;
  readonly count: number;
  readonly merchantId: string;
  readonly orderNo: string;
  readonly firstPlace: number;
  readonly role: Role;
  readonly refundNo: string | null;
  readonly authorisationId: string;
}

/** How far a source reaches: what a recall has to deal with. */
export interface SourceReach {
  readonly lots: number;
  readonly keysReceived: number;
  readonly keysIssued: number;
  readonly orders: number;
  /** In code-point order. */
  readonly merchants: readonly {
    readonly merchantId: string;
    readonly orders: number;
    readonly keys: number;
  }[];
}

/** What is counted of the whole ledger. */
export const COUNTED = [
  'purchaseOrders',
  'lots',
  'orders',
  'refunds',
  'replacements',
  'keysReceived',
  'keysIssued',
  'keysRevealed',
  'keysVoided',
  'keysWrittenOff',
  'keysReturned',
] as const;

export type Counted = (typeof COUNTED)[number];

/** The events of a range that added to a count. */
export interface CountMoves {
  readonly eventCount: number;
  /** The first of them, with what each added. */
  readonly first: readonly { readonly sequence: number; readonly quantity: number }[];
}

/** An event that moved something, as the ledger names it. */
export interface MovingEvent {
  readonly sequence: number;
  readonly type: string;
  readonly stream: string;
  readonly eventId: string;
  readonly occurredAt: string;
}

export interface TraceabilityQuestions {
  /** The order's places, or one, with each key that ever filled them; undefined for an order that is not known. */
  traceOrder(
    known: KnownAbout,
    merchantId: string,
    orderNo: string,
    unit?: number,
  ): readonly TraceRow[] | undefined;
  traceKey(asOf: AsOfAbout, keyId: string): KeyTrace | undefined;
  /** Oldest first; undefined for a key that is not known. */
  timeline(known: KnownAbout, keyId: string): readonly KeyMovement[] | undefined;
  order(known: KnownAbout, merchantId: string, orderNo: string): OrderView | undefined;
  /** In order of occurrence. */
  orders(known: KnownAbout, request: PeriodRequest): Page<OrderRow>;
  refunds(known: KnownAbout, request: PeriodRequest): Page<RefundRow>;
  lot(known: KnownAbout, lotId: string): LotView | undefined;
  /** A source's lots (all without one), in order of receipt; an authorisation's are those bought under it. */
  lots(known: KnownAbout, page: PageRequest, source?: Source): Page<LotView>;
  purchaseOrder(known: KnownAbout, poId: string): PurchaseOrderView | undefined;
  /** In the order they were placed. */
  purchaseOrders(known: KnownAbout, page: PageRequest, supplierId?: string): Page<PurchaseOrderView>;
  /** In order of receipt. */
  imports(known: KnownAbout, page: PageRequest): Page<ImportReceipt>;
  /** Issues and replacements of a source's keys, lot by lot in order of receipt; an authorisation's, in ledger order, are those issued under it. */
  forward(known: KnownAbout, source: Source, page: PageRequest): Page<ForwardRow>;
  reach(known: KnownAbout, source: Source): SourceReach;
  count(counted: Counted, known: KnownAbout): number;
  /** What added to a count: how many events, and the first of them, at most `limit`. */
  countMoves(counted: Counted, range: EventRange, limit: number): CountMoves;
  /** Events that moved goods or money, of these sequences. */
  movingEvents(sequences: readonly number[]): readonly MovingEvent[];
}
