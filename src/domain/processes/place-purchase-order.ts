import { PurchaseOrderBody, PurchaseOrderLineBody } from '../purchase-order/commands.js';
import { purchaseOrder } from '../purchase-order/decide.js';
import type { CommandContext, Executed, Ledger } from '../shared/ledger.js';
import { instantOf } from '../shared/time.js';
import { authorisationInForce } from '../supplier/state.js';
import { seen } from './facts.js';
import { productsTarget, purchaseOrderTarget, suppliersTarget } from './targets.js';

/** Places a purchase order with what the registers say at the deciding time. */
export async function placePurchaseOrder(
  ledger: Ledger,
  offered: PurchaseOrderBody,
  context: CommandContext,
): Promise<Executed<object>> {
  const body = withLines(offered);
  const at = instantOf(context.at);
  const skus = Array.isArray(body.lines) ? body.lines.map(({ sku }) => sku) : [];
  const sourced = await ledger.ask(suppliersTarget, (state, { revision }) => ({
    isKnown: state.suppliers.has(body.supplierId),
    authorisations: new Map(skus.map((sku) => [sku, authorisationInForce(state, body.supplierId, sku, at)])),
    saw: seen(ledger, suppliersTarget, revision),
  }));
  const products = await ledger.ask(productsTarget, (state, { revision }) => ({
    currencies: new Map(skus.map((sku) => [sku as unknown, state.products.get(sku)?.currency])),
    saw: seen(ledger, productsTarget, revision),
  }));
  const sources = {
    isSupplier: () => sourced.isKnown,
    currencyOf: (sku: unknown) => products.currencies.get(sku),
    authorisationOf: (sku: string) => sourced.authorisations.get(sku),
    saw: [sourced.saw, products.saw],
  };
  const command = { kind: 'place', body, sources } as const;
  if (typeof body.poId === 'string') return ledger.execute(purchaseOrderTarget(body.poId), command, context);
  // Without an id there is no stream to ask: it is refused for that in its turn.
  const decision = purchaseOrder.decide(purchaseOrder.initial(), command);
  throw decision.kind === 'refused'
    ? decision.refusal
    : new RangeError('an order without an id was accepted');
}

/** Every line as one, even where what was sent is none: its faults come in their turn. */
function withLines(offered: PurchaseOrderBody): PurchaseOrderBody {
  const { poId, supplierId } = offered;
  const sent: unknown = offered.lines;
  const lines = Array.isArray(sent) ? sent.map(lineFrom) : (sent as PurchaseOrderLineBody[]);
  return Object.assign(new PurchaseOrderBody(), { poId, supplierId, lines });
}

function lineFrom(sent: unknown): PurchaseOrderLineBody {
  return Object.assign(new PurchaseOrderLineBody(), typeof sent === 'object' ? sent : {});
}
