import { Misfit } from '../findings.js';
import { momentOf } from '../history/moments.js';
import type { StreamNames } from '../source/stream-names.js';
import { Authorisations } from './authorisations.js';
import { Catalogue } from './catalogue.js';
import { Genesis } from './genesis.js';
import { Imports } from './imports.js';
import { Loads } from './loads.js';
import { Lots } from './lots.js';
import { Orders } from './orders.js';
import { PurchaseOrders } from './purchase-orders.js';
import { Refunds } from './refunds.js';
import { Reservations } from './reservations.js';
import { Stock } from './stock.js';
import type { Rules, ToldEvent } from './told-event.js';

/**
 * The goods' way, folded from the events alone: every unit is received once, stands in one place and state, and leaves it
 * only by an event that allows it. Written against the rules of the trade and not against the service's code.
 */
export class Goods {
  readonly genesis = new Genesis();
  readonly catalogue = new Catalogue();
  readonly lots = new Lots();
  readonly authorisations: Authorisations;
  readonly imports: Imports;
  readonly orders: Orders;
  readonly loads = new Loads();
  readonly reservations = new Reservations();
  readonly refunds: Refunds;
  private readonly rules: ReadonlyMap<string, Rules[string]>;

  constructor(private readonly names: StreamNames) {
    const { lots, catalogue, reservations } = this;
    const register = names.of('suppliers');
    this.authorisations = new Authorisations(register);
    this.refunds = new Refunds(names);
    const purchaseOrders = new PurchaseOrders(catalogue, this.authorisations);
    this.imports = new Imports(lots, purchaseOrders);
    this.orders = new Orders({ lots, catalogue, reservations, refunds: this.refunds });
    const stock = new Stock(lots, reservations, this.authorisations);
    const { genesis, authorisations, imports, orders, refunds, loads } = this;
    const all = [genesis, authorisations, catalogue, purchaseOrders, imports, stock, orders, refunds, loads];
    this.rules = new Map(all.flatMap(({ rules }) => Object.entries(rules)));
  }

  /** @throws Misfit where the event cannot follow those before it */
  apply(event: ToldEvent): void {
    const rule = this.rules.get(event.type);
    if (rule === undefined || !rule.versions.includes(event.schemaVersion)) {
      throw new Misfit(
        'unknown_event',
        `this verifier does not know ${event.type} of version ${event.schemaVersion}; run the one that came with the ledger`,
      );
    }
    if (event.sequence === 1 && event.type !== 'LedgerFounded')
      throw new Misfit('not_founded', 'the history does not begin with the founding of the ledger');
    if (momentOf(event.occurredAt) === undefined)
      throw new Misfit('bad_metadata', 'when it occurred is no RFC 3339 time');
    const expected = rule.stream(event.payload, this.names);
    if (expected !== event.stream)
      throw new Misfit('wrong_stream', `its payload belongs to stream ${expected}`);
    rule.apply(event);
  }
}
