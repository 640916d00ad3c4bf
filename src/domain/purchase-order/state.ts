import { unreachable } from '../shared/event.js';
import type { OrderedLine, PurchaseOrderEvent } from './events.js';

export interface PlacedOrder {
  readonly supplierId: string;
  readonly lines: readonly OrderedLine[];
}

export interface PurchaseOrderState {
  placed: PlacedOrder | undefined;
  /** Units received so far by SKU; a return to the supplier reopens nothing. */
  readonly receivedBySku: Map<string, number>;
  /** Receipts that stand, by import attempt. */
  readonly receipts: Map<string, number>;
  /** Attempts that were given up: a stalled owner of one can record no receipt later. */
  readonly cancelled: Set<string>;
}

export function initialPurchaseOrder(): PurchaseOrderState {
  return { placed: undefined, receivedBySku: new Map(), receipts: new Map(), cancelled: new Set() };
}

export function evolvePurchaseOrder(
  state: PurchaseOrderState,
  event: PurchaseOrderEvent,
): PurchaseOrderState {
  switch (event.type) {
    case 'PurchaseOrderPlaced':
      state.placed = { supplierId: event.payload.supplierId, lines: event.payload.lines };
      return state;
    case 'LotReceiptRecorded':
      state.receipts.set(event.payload.attempt, event.payload.accepted);
      return count(state, event.payload.sku, event.payload.accepted);
    case 'LotReceiptCancelled':
      state.receipts.delete(event.payload.attempt);
      state.cancelled.add(event.payload.attempt);
      return count(state, event.payload.sku, -event.payload.accepted);
    default:
      return unreachable(event);
  }
}

function count(state: PurchaseOrderState, sku: string, units: number): PurchaseOrderState {
  state.receivedBySku.set(sku, (state.receivedBySku.get(sku) ?? 0) + units);
  return state;
}

export function lineOf(state: PurchaseOrderState, sku: string): OrderedLine | undefined {
  return state.placed?.lines.find((line) => line.sku === sku);
}

/** What may still be received on a line. */
export function openQuantity(state: PurchaseOrderState, sku: string): number {
  return (lineOf(state, sku)?.quantity ?? 0) - (state.receivedBySku.get(sku) ?? 0);
}
