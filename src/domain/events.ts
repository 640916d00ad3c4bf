import type { GenesisEvent } from './genesis/events.js';
import type { KeyRegistryEvent } from './key-registry/events.js';
import type { LoadEvent } from './load/events.js';
import type { MerchantEvent } from './merchant/events.js';
import type { OrderEvent } from './order/events.js';
import type { ProductEvent } from './product/events.js';
import type { PurchaseOrderEvent } from './purchase-order/events.js';
import type { RefundEvent } from './refund/events.js';
import type { StockEvent } from './stock/events.js';
import type { SupplierEvent } from './supplier/events.js';

/** Every event of the ledger's sequence, in its newest version. */
export type LedgerEvent =
  | GenesisEvent
  | SupplierEvent
  | ProductEvent
  | MerchantEvent
  | PurchaseOrderEvent
  | KeyRegistryEvent
  | StockEvent
  | OrderEvent
  | RefundEvent
  | LoadEvent;

export type LedgerEventType = LedgerEvent['type'];

/** The event of one type, in its newest version. */
export type EventOf<Type extends LedgerEventType> = Extract<LedgerEvent, { type: Type }>;
