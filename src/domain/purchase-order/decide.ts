import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable, type Seen } from '../shared/event.js';
import { faultsOf, invalid } from '../shared/faults.js';
import { formatAmount, parseAmount } from '../shared/money.js';
import { Refusal } from '../shared/refusal.js';
import { PurchaseOrderBody, PurchaseOrderLineBody } from './commands.js';
import type { OrderedLine, PurchaseOrderEvent } from './events.js';
import { evolvePurchaseOrder, initialPurchaseOrder, openQuantity, type PurchaseOrderState } from './state.js';

/** What an order is checked against; each answers for the moment of the decision. */
export interface Sources {
  readonly isSupplier: (supplierId: unknown) => boolean;
  readonly currencyOf: (sku: unknown) => string | undefined;
  readonly authorisationOf: (sku: string) => string | undefined;
  readonly saw: readonly Seen[];
}

export type PurchaseOrderCommand =
  | { readonly kind: 'place'; readonly body: PurchaseOrderBody; readonly sources: Sources }
  | ({ readonly kind: 'receive' } & Receipt)
  | ({ readonly kind: 'cancel-receipt'; readonly reason: string } & Receipt);

export interface Receipt {
  readonly poId: string;
  readonly lotId: string;
  readonly sku: string;
  readonly attempt: string;
  readonly accepted: number;
}

export type PurchaseOrderAnswer =
  | Done
  /** The import attempt was given up: nothing can be received under it. */
  | { readonly kind: 'over' };

type PurchaseOrderDecision = Decision<PurchaseOrderEvent, PurchaseOrderAnswer>;

function decide(state: PurchaseOrderState, command: PurchaseOrderCommand): PurchaseOrderDecision {
  switch (command.kind) {
    case 'place':
      return place(state, command.body, command.sources);
    case 'receive':
      return receive(state, command);
    case 'cancel-receipt':
      return cancelReceipt(state, command);
    default:
      return unreachable(command);
  }
}

function place(state: PurchaseOrderState, body: PurchaseOrderBody, sources: Sources): PurchaseOrderDecision {
  if (state.placed !== undefined) {
    return refuse(
      new Refusal('duplicate_po', `purchase order ${body.poId} exists; give this one another id`),
    );
  }
  if (!sources.isSupplier(body.supplierId)) {
    return refuse(
      new Refusal('unknown_supplier', `no supplier ${String(body.supplierId)}; register it first`),
    );
  }
  const shape = refusalOfShape(body);
  if (shape !== undefined) return refuse(shape);
  const lines: OrderedLine[] = [];
  for (const line of body.lines) {
    const ordered = orderLine(body.supplierId, line, sources);
    if (ordered instanceof Refusal) return refuse(ordered);
    lines.push(ordered);
  }
  const { poId, supplierId } = body;
  return accept(
    [
      {
        type: 'PurchaseOrderPlaced',
        schemaVersion: 1,
        payload: { poId, supplierId, lines, saw: sources.saw },
      },
    ],
    DONE,
  );
}

function firstRepeated(values: readonly unknown[]): unknown {
  const before = new Set<unknown>();
  return values.find((value) => before.size === before.add(value).size);
}

/** Faults of the order itself; those of a line come with the line, in the order of the pack's rules. */
function refusalOfShape(body: PurchaseOrderBody): Refusal | undefined {
  const faults = faultsOf(body).filter(({ field }) => !/^lines\.\d/.test(field));
  if (faults.length > 0) return invalid(faults);
  const twice = firstRepeated(body.lines.map(skuOf));
  if (twice === undefined) return undefined;
  return invalid([
    { field: 'lines', message: `must name each SKU once; ${JSON.stringify(twice)} is there twice` },
  ]);
}

/** Until a line is checked it may be anything, and what is no record has no SKU. */
function skuOf(line: PurchaseOrderLineBody | null): unknown {
  return line?.sku;
}

function orderLine(supplierId: string, line: PurchaseOrderLineBody, sources: Sources): OrderedLine | Refusal {
  const sku = skuOf(line);
  const currency = sources.currencyOf(sku);
  if (currency === undefined) return new Refusal('unknown_sku', `no product ${String(sku)}; define it first`);
  const faults = faultsOf(line);
  const unitCost = parseAmount(line.unitCost);
  if (faults.length > 0 || unitCost === undefined) return invalid(faults);
  const authorisationId = sources.authorisationOf(line.sku);
  if (authorisationId === undefined) {
    return new Refusal(
      'unauthorised_source',
      `supplier ${supplierId} is not authorised for ${line.sku} now; record an authorisation or choose another source`,
    );
  }
  return {
    sku: line.sku,
    quantity: line.quantity,
    unitCost: { amount: formatAmount(unitCost), currency },
    authorisationId,
  };
}

/** An import takes what it accepted of the order line, all or nothing; the same attempt again takes it once. */
function receive(state: PurchaseOrderState, receipt: Receipt): PurchaseOrderDecision {
  const { poId, lotId, sku, attempt, accepted } = receipt;
  if (state.cancelled.has(attempt)) return accept([], { kind: 'over' });
  if (state.receipts.has(attempt)) return accept([], DONE);
  const open = openQuantity(state, sku);
  if (accepted > open) return refuse(overReceipt(poId, sku, accepted, open));
  return accept(
    [{ type: 'LotReceiptRecorded', schemaVersion: 1, payload: { poId, lotId, sku, attempt, accepted } }],
    DONE,
  );
}

export function overReceipt(poId: string, sku: string, accepted: number, open: number): Refusal {
  return new Refusal(
    'over_receipt',
    `${accepted} keys of ${sku} exceed the ${open} still open on ${poId}; order more first`,
  );
}

function cancelReceipt(
  state: PurchaseOrderState,
  receipt: Receipt & { reason: string },
): PurchaseOrderDecision {
  const { poId, lotId, sku, attempt, reason } = receipt;
  if (state.cancelled.has(attempt)) return accept([], DONE);
  const accepted = state.receipts.get(attempt) ?? 0;
  const payload = { poId, lotId, sku, attempt, accepted, reason };
  return accept([{ type: 'LotReceiptCancelled', schemaVersion: 1, payload }], DONE);
}

export const purchaseOrder: Decider<
  PurchaseOrderState,
  PurchaseOrderCommand,
  PurchaseOrderEvent,
  PurchaseOrderAnswer
> = {
  category: 'purchaseorder',
  initial: initialPurchaseOrder,
  decide,
  evolve: evolvePurchaseOrder,
  recall: () => DONE,
};
