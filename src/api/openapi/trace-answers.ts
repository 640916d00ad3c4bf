import type {
  ForwardRow,
  KeyFileReference,
  KeyMovement,
  KeyTrace,
  LotView,
  OrderRow,
  PurchaseOrderLine,
  PurchaseOrderView,
  RefundRow,
  SourceReach,
  TraceRow,
} from '../../projections/traceability/questions.js';
import type { Shown } from '../queries/answered.js';
import type { OrderStanding, OrderUnit } from '../queries/order-standing.js';
import type { LotInventory } from '../queries/sourcing.js';
import { lineCounts, money } from './answers.js';
import {
  amount,
  count,
  flag,
  listOf,
  objectOf,
  oneOf,
  orNull,
  position,
  text,
  time,
  wholeNumber,
} from './schema.js';
import { lotStock } from './stock-answers.js';

const event = {
  eventId: text,
  sequence: wholeNumber,
  position,
  occurredAt: time,
  recordedAt: time,
  actor: text,
};
const role = oneOf('issued', 'replacement');
const source = { lotId: text, file: text, fileLine: wholeNumber, poId: text, supplierId: text };

export const traceRow = objectOf<TraceRow>({
  merchantId: text,
  orderNo: text,
  unit: wholeNumber,
  role,
  keyId: text,
  state: oneOf('issued', 'void'),
  sku: text,
  ...source,
  authorisationId: text,
});

const placeInOrder = orNull(
  objectOf<NonNullable<KeyTrace['order']>>({ merchantId: text, orderNo: text, unit: wholeNumber, role }),
);

export const keyTrace = objectOf<KeyTrace>({
  keyId: text,
  state: oneOf(
    'available',
    'unauthorised',
    'expired',
    'quarantined',
    'issued',
    'void',
    'writtenOff',
    'returned',
  ),
  pool: orNull(text),
  sku: text,
  ...source,
  unitCost: amount,
  order: placeInOrder,
});

export const keyMovement = objectOf<Shown<KeyMovement>>({
  ...event,
  kind: text,
  pool: orNull(text),
  order: placeInOrder,
  refundNo: orNull(text),
  authorisationId: orNull(text),
  reason: orNull(text),
});

export const orderRow = objectOf<Shown<OrderRow>>({
  ...event,
  merchantId: text,
  orderNo: text,
  sku: text,
  pool: text,
  quantity: count,
  unitPrice: money,
  total: money,
});

export const refundRow = objectOf<Shown<RefundRow>>({
  ...event,
  merchantId: text,
  refundNo: text,
  orderNo: text,
  sku: text,
  units: listOf(wholeNumber),
  reason: oneOf('bad_key', 'goodwill'),
  remedy: oneOf('refund', 'replace'),
  total: money,
});

export const orderStanding = objectOf<Omit<OrderStanding, 'position'> & { readonly position: string }>({
  merchantId: text,
  orderNo: text,
  sku: text,
  pool: text,
  quantity: count,
  unitPrice: money,
  units: listOf(
    objectOf<OrderUnit>({
      unit: wholeNumber,
      keyId: text,
      lotId: text,
      supplierId: text,
      authorisationId: text,
      state: oneOf('issued', 'refunded'),
    }),
  ),
  refundNos: listOf(text),
  position,
});

export const purchaseOrder = objectOf<Shown<PurchaseOrderView>>({
  ...event,
  poId: text,
  supplierId: text,
  lines: listOf(
    objectOf<PurchaseOrderLine>({
      sku: text,
      quantity: count,
      unitCost: money,
      authorisationId: text,
      received: count,
      open: count,
    }),
  ),
  lotIds: listOf(text),
});

const lot = objectOf<Shown<LotView>>({
  ...event,
  lotId: text,
  sku: text,
  poId: text,
  supplierId: text,
  unitCost: money,
  expiresAt: orNull(time),
  file: objectOf<KeyFileReference>({ name: text, sha256: text, sizeBytes: count }),
  counts: lineCounts,
  quarantined: flag,
});

export const lotInventory = objectOf<LotInventory>({ lot, stock: orNull(lotStock) });

export const forwardRow = objectOf<Shown<ForwardRow>>({
  ...event,
  lotId: text,
  firstSerial: wholeNumber,
  count,
  merchantId: text,
  orderNo: text,
  firstPlace: wholeNumber,
  role,
  refundNo: orNull(text),
  authorisationId: text,
});

export const sourceReach = objectOf<SourceReach>({
  lots: count,
  keysReceived: count,
  keysIssued: count,
  orders: count,
  merchants: listOf(
    objectOf<SourceReach['merchants'][number]>({ merchantId: text, orders: count, keys: count }),
  ),
});
