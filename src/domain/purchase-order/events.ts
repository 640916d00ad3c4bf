import type { DomainEvent, Seen } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';

// These types are the storage contract: they outlive the code. Add a version and an upcaster, never change one.

export interface OrderedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitCost: MoneyText;
  /** The authorisation in force when the order was placed. */
  readonly authorisationId: string;
}

export type PurchaseOrderPlaced = DomainEvent<
  'PurchaseOrderPlaced',
  { poId: string; supplierId: string; lines: readonly OrderedLine[]; saw: readonly Seen[] }
>;

export type LotReceiptRecorded = DomainEvent<
  'LotReceiptRecorded',
  { poId: string; lotId: string; sku: string; attempt: string; accepted: number }
>;

/** An abandoned import gives back what its receipt took of the order line (0 where it had recorded none). */
export type LotReceiptCancelled = DomainEvent<
  'LotReceiptCancelled',
  { poId: string; lotId: string; sku: string; attempt: string; accepted: number; reason: string }
>;

export type PurchaseOrderEvent = PurchaseOrderPlaced | LotReceiptRecorded | LotReceiptCancelled;
