import { Misfit } from '../findings.js';
import { moneyOf, quantityOf, sameMoney, type Money } from '../history/money.js';
import { countOf, objectsOf, textOf } from '../history/payloads.js';
import type { Authorisations } from './authorisations.js';
import type { Catalogue } from './catalogue.js';
import type { Rules, ToldEvent } from './told-event.js';

interface OrderedLine {
  readonly quantity: number;
  readonly unitCost: Money;
  /** By receipts that stand. */
  received: number;
}

interface PurchaseOrder {
  readonly supplierId: string;
  readonly lines: ReadonlyMap<string, OrderedLine>;
}

/** What an import says of the order line that it is received on. */
export interface OrderedGoods {
  readonly poId: string;
  readonly sku: string;
  readonly supplierId: string;
  readonly unitCost: Money;
}

/** What was ordered of whom, and how much of it came. */
export class PurchaseOrders {
  private readonly byId = new Map<string, PurchaseOrder>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly authorisations: Authorisations,
  ) {}

  readonly rules: Rules = {
    PurchaseOrderPlaced: {
      versions: [1],
      stream: (payload, names) => names.of('purchaseorder', textOf(payload, 'poId')),
      apply: (event) => this.place(event),
    },
  };

  /** @throws Misfit where the order has no such line on these terms */
  requireLine({ poId, sku, supplierId, unitCost }: OrderedGoods): void {
    const line = this.line(poId, sku);
    if (this.byId.get(poId)?.supplierId !== supplierId)
      throw new Misfit(
        'terms_differ',
        `purchase order ${poId} was placed with another supplier than ${supplierId}`,
      );
    if (!sameMoney(line.unitCost, unitCost))
      throw new Misfit('terms_differ', `${sku} was ordered on ${poId} at another cost`);
  }

  /** @throws Misfit where more is received than was ordered */
  receive(poId: string, sku: string, units: number): void {
    const line = this.line(poId, sku);
    if (line.received + units > line.quantity) {
      throw new Misfit(
        'over_receipt',
        `${line.received + units} units of ${sku} were received on ${poId}, which ordered ${line.quantity}`,
      );
    }
    line.received += units;
  }

  giveBack(poId: string, sku: string, units: number): void {
    this.line(poId, sku).received -= units;
  }

  private line(poId: string, sku: string): OrderedLine {
    const line = this.byId.get(poId)?.lines.get(sku);
    if (line === undefined)
      throw new Misfit('unknown_reference', `purchase order ${poId} has no line for ${sku}`);
    return line;
  }

  private place(event: ToldEvent): void {
    const { payload } = event;
    const poId = textOf(payload, 'poId');
    const supplierId = textOf(payload, 'supplierId');
    if (this.byId.has(poId)) throw new Misfit('recorded_twice', `purchase order ${poId} was placed before`);
    this.authorisations.requireSupplier(supplierId);
    const lines = new Map<string, OrderedLine>();
    for (const line of objectsOf(payload, 'lines')) {
      const sku = textOf(line, 'sku');
      const unitCost = moneyOf(line, 'unitCost');
      this.catalogue.requireCurrency(sku, unitCost);
      if (lines.has(sku)) throw new Misfit('recorded_twice', `purchase order ${poId} names ${sku} twice`);
      const authorisationId = textOf(line, 'authorisationId');
      this.authorisations.requireInForce({ authorisationId, supplierId, sku }, event);
      lines.set(sku, { quantity: quantityOf(line), unitCost, received: 0 });
    }
    this.byId.set(poId, { supplierId, lines });
  }
}

/** A receipt's units. @throws Misfit */
export function acceptedOf(payload: ToldEvent['payload']): number {
  return countOf(payload, 'accepted');
}
