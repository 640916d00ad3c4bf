import type { DomainEvent, Seen } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';
import type { PooledRange, SourcedRange, UnitRange } from '../shared/units.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

/** What units are wanted for. */
export type Demand =
  | { readonly kind: 'order'; readonly merchantId: string; readonly orderNo: string }
  | {
      readonly kind: 'refund';
      readonly merchantId: string;
      readonly refundNo: string;
      readonly orderNo: string;
    }
  | { readonly kind: 'transfer'; readonly to: string };

/**
 * A lot enters the stock. One with many runs comes in several parts of at most 10,000 runs and opens with the last
 * (`part === parts`): until then none of its units is held.
 */
export type LotReceived = DomainEvent<
  'LotReceived',
  {
    lotId: string;
    sku: string;
    poId: string;
    supplierId: string;
    unitCost: MoneyText;
    lotExpiresAt: string | null;
    attempt: string;
    pool: string;
    part: number;
    parts: number;
    runs: readonly UnitRange[];
  }
>;

export type UnitsTransferred = DomainEvent<
  'UnitsTransferred',
  {
    sku: string;
    from: string;
    to: string;
    quantity: number;
    units: readonly UnitRange[];
    saw: readonly Seen[];
  }
>;

/** Units are set aside for one attempt at an order or a replacement; no read model counts them as gone yet. */
export type UnitsReserved = DomainEvent<
  'UnitsReserved',
  {
    sku: string;
    reservationId: string;
    demand: Demand;
    /** What was asked for, as canonical JSON: the same carries a left-over reservation on, anything else settles it first. */
    asked: string;
    pool: string;
    quantity: number;
    units: readonly SourcedRange[];
    saw: readonly Seen[];
  }
>;

export type ReservationConfirmed = DomainEvent<
  'ReservationConfirmed',
  { sku: string; reservationId: string }
>;

export type ReservationReleased = DomainEvent<
  'ReservationReleased',
  { sku: string; reservationId: string; reason: string }
>;

export type LotQuarantined = DomainEvent<
  'LotQuarantined',
  { lotId: string; sku: string; reason: string | null }
>;

export type LotReleased = DomainEvent<'LotReleased', { lotId: string; sku: string; reason: string | null }>;

export type UnitsWrittenOff = DomainEvent<
  'UnitsWrittenOff',
  { lotId: string; sku: string; quantity: number; reason: string | null; units: readonly PooledRange[] }
>;

export type UnitsReturned = DomainEvent<
  'UnitsReturned',
  { lotId: string; sku: string; quantity: number; reason: string | null; units: readonly PooledRange[] }
>;

interface Unmet {
  sku: string;
  pool: string;
  demand: Demand;
  requested: number;
  /** Free units of the pool at that moment. */
  free: number;
  /** Of them, those whose supplier was authorised. */
  authorised: number;
  saw: readonly Seen[];
}

/** A fact for auditors: asked for more than there was. Changes no stock. */
export type ShortageRecorded = DomainEvent<'ShortageRecorded', Unmet>;

/** A fact for auditors: there was enough, but not from an authorised source. Changes no stock. */
export type UnauthorisedSourceRecorded = DomainEvent<'UnauthorisedSourceRecorded', Unmet>;

export type StockEvent =
  | LotReceived
  | UnitsTransferred
  | UnitsReserved
  | ReservationConfirmed
  | ReservationReleased
  | LotQuarantined
  | LotReleased
  | UnitsWrittenOff
  | UnitsReturned
  | ShortageRecorded
  | UnauthorisedSourceRecorded;
