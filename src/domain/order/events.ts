import type { DomainEvent, Seen } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';
import type { SourcedRange } from '../shared/units.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

/** Uses the order's number up. Its places count from 1 through `units` in order. */
export type OrderFulfilled = DomainEvent<
  'OrderFulfilled',
  {
    merchantId: string;
    orderNo: string;
    sku: string;
    pool: string;
    quantity: number;
    unitPrice: MoneyText;
    reservationId: string;
    units: readonly SourcedRange[];
    saw: readonly Seen[];
  }
>;

/** An attempt that was left behind can never be fulfilled any more; the number stays free. */
export type OrderAttemptAbandoned = DomainEvent<
  'OrderAttemptAbandoned',
  { merchantId: string; orderNo: string; reservationId: string; reason: string }
>;

/** A fact for auditors: the number came again with another body. Changes nothing. */
export type OrderConflictRecorded = DomainEvent<
  'OrderConflictRecorded',
  {
    merchantId: string;
    orderNo: string;
    offered: { sku: string; quantity: string; unitPrice: string; pool: string };
  }
>;

export interface SettledPlace {
  readonly place: number;
  /** The key that is void from now on: a range of one unit. */
  readonly voided: SourcedRange;
  /** The key that takes its place: a range of one unit, or null where the price is paid back. */
  readonly replacement: SourcedRange | null;
}

/** What a refund or a replacement did to the order's places. */
export type UnitsSettled = DomainEvent<
  'UnitsSettled',
  {
    merchantId: string;
    orderNo: string;
    refundNo: string;
    sku: string;
    pool: string;
    unitPrice: MoneyText;
    reason: 'bad_key' | 'goodwill';
    remedy: 'refund' | 'replace';
    /** Of the units that replace; null for a refund. */
    reservationId: string | null;
    places: readonly SettledPlace[];
    saw: readonly Seen[];
  }
>;

/** Durable before any plaintext leaves: who saw which keys, and why. */
export type KeysRevealed = DomainEvent<
  'KeysRevealed',
  {
    merchantId: string;
    orderNo: string;
    purpose: string;
    keys: readonly { readonly place: number; readonly lotId: string; readonly serial: number }[];
  }
>;

export type OrderEvent =
  OrderFulfilled | OrderAttemptAbandoned | OrderConflictRecorded | UnitsSettled | KeysRevealed;
