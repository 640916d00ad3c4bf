import { genesis } from '../genesis/decide.js';
import { keyRegistry } from '../key-registry/decide.js';
import { load } from '../load/decide.js';
import { merchants } from '../merchant/decide.js';
import { order } from '../order/decide.js';
import { products } from '../product/decide.js';
import { purchaseOrder } from '../purchase-order/decide.js';
import { refund } from '../refund/decide.js';
import type { Target } from '../shared/ledger.js';
import type { DomainEvent } from '../shared/event.js';
import type { Decider } from '../shared/decider.js';
import { stock } from '../stock/decide.js';
import { suppliers } from '../supplier/decide.js';

function target<State, Command, Event extends DomainEvent, Answer>(
  decider: Decider<State, Command, Event, Answer>,
  ...parts: readonly string[]
): Target<State, Command, Event, Answer> {
  return { decider, parts };
}

export const genesisTarget = target(genesis);
export const suppliersTarget = target(suppliers);
export const productsTarget = target(products);
export const merchantsTarget = target(merchants);
export const keyRegistryTarget = target(keyRegistry);

export const purchaseOrderTarget = (poId: string) => target(purchaseOrder, poId);
export const stockTarget = (sku: string) => target(stock, sku);
export const orderTarget = (merchantId: string, orderNo: string) => target(order, merchantId, orderNo);
export const refundTarget = (merchantId: string, refundNo: string) => target(refund, merchantId, refundNo);
export const loadTarget = (packDigest: string) => target(load, packDigest);
