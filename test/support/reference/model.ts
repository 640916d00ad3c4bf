import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation, Order, Unit } from './facts.js';
import { Refused, refuseIf, SupplyModel } from './supply-model.js';
import { amount, dropNulls, idsOf, isWhole } from './values.js';

/**
 * The pack's rules once more, from samples/README.md alone: every unit is an object in one list, every question walks
 * the list. Slow, obvious, and nothing shared with src/.
 */
export class ReferenceModel extends SupplyModel {
  readonly orders = new Map<string, Order>();
  readonly refunds = new Map<string, string>();
  readonly refusals: Record<string, string | number>[] = [];
  replayed = 0;
  lines = 0;
  asOf = '';

  run(): this {
    const lines = readFileSync(join(this.pack, 'operations.jsonl'), 'utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) this.take(line);
    return this;
  }

  /** One line of operations.jsonl. */
  take(line: string): void {
    const operation = dropNulls(JSON.parse(line)) as Operation;
    this.lines += 1;
    this.asOf = operation.at;
    try {
      if (this.apply(operation) === 'replayed') this.replayed += 1;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refusals.push({ line: this.lines, op: operation.op, code: error.code, ...idsOf(operation) });
    }
  }

  private apply(operation: Operation): 'replayed' | void {
    switch (operation.op) {
      case 'place_po':
        return this.placePurchaseOrder(operation);
      case 'receive_lot':
        return this.receiveLot(operation);
      case 'transfer':
        return this.transfer(operation);
      case 'issue':
        return this.issue(operation);
      case 'refund':
        return this.refund(operation);
      case 'revoke_authorisation':
        return this.revoke(operation);
      case 'quarantine_lot':
        return this.quarantine(operation, true);
      case 'release_lot':
        return this.quarantine(operation, false);
      case 'write_off':
        return this.remove(operation, 'writtenOff', 'inventoryLosses');
      case 'return_to_supplier':
        return this.remove(operation, 'returned', 'returnedToSupplier');
      default:
        throw new Refused('unknown_operation');
    }
  }

  private give(order: Order, place: number, unit: Unit, role: string): void {
    const at = Date.parse(this.asOf);
    unit.state = 'issued';
    unit.issuedTo = { merchantId: order.merchantId, orderNo: order.orderNo, unit: place, role };
    unit.authorisationId = this.authorisationFor(unit.lot.supplierId, order.sku, at) as string;
    this.accounts(order.sku).costOfGoodsSold += unit.lot.cost;
    (order.places[place - 1] as Unit[]).push(unit);
  }

  private issue(operation: Operation): 'replayed' | void {
    const at = Date.parse(operation.at);
    const [merchantId, orderNo, sku] = [
      operation['merchant_id'],
      operation['order_no'],
      operation['sku'],
    ] as string[] as [string, string, string];
    const quantity = operation['quantity'] as number;
    const price = amount(operation['unit_price']);
    const pool = (operation['pool'] ?? 'main') as string;
    const known = this.orders.get(JSON.stringify([merchantId, orderNo]));
    if (known !== undefined) {
      const same =
        known.sku === sku && known.quantity === quantity && known.price === price && known.pool === pool;
      refuseIf(!same, 'order_conflict');
      return 'replayed';
    }
    refuseIf(!this.merchants.has(merchantId), 'unknown_merchant');
    refuseIf(!this.skus.has(sku), 'unknown_sku');
    refuseIf(!isWhole(quantity) || quantity < 1 || quantity > 1000 || price <= 0n, 'invalid');
    const units = this.pick(sku, pool, quantity, at);
    const places = units.map((): Unit[] => []);
    const order = { merchantId, orderNo, sku, quantity, price, pool, places, settled: new Set<number>() };
    for (const [index, unit] of units.entries()) this.give(order, index + 1, unit, 'issued');
    this.accounts(sku).revenue += price * BigInt(quantity);
    this.orders.set(JSON.stringify([merchantId, orderNo]), order);
  }

  private refund(operation: Operation): 'replayed' | void {
    const at = Date.parse(operation.at);
    const { merchant_id: merchantId, order_no: orderNo, refund_no: refundNo, reason, remedy } = operation;
    const units = (Array.isArray(operation['units']) ? operation['units'] : []) as number[];
    const body = JSON.stringify([orderNo, [...new Set(units)].sort((a, b) => a - b), reason, remedy]);
    const known = this.refunds.get(JSON.stringify([merchantId, refundNo]));
    if (known !== undefined) {
      refuseIf(known !== body, 'refund_conflict');
      return 'replayed';
    }
    const order = this.orders.get(JSON.stringify([merchantId, orderNo]));
    if (order === undefined) throw new Refused('unknown_order');
    refuseIf(units.length === 0 || new Set(units).size < units.length || !units.every(isWhole), 'invalid');
    refuseIf(!['bad_key', 'goodwill'].includes(reason as string), 'invalid');
    refuseIf(!['refund', 'replace'].includes(remedy as string), 'invalid');
    refuseIf(
      units.some((unit) => unit < 1 || unit > order.quantity),
      'unit_out_of_range',
    );
    refuseIf(
      units.some((unit) => order.settled.has(unit)),
      'already_settled',
    );
    const others = remedy === 'replace' ? this.pick(order.sku, order.pool, units.length, at) : [];

    const accounts = this.accounts(order.sku);
    for (const [index, place] of units.entries()) {
      const present = (order.places[place - 1] as Unit[]).at(-1) as Unit;
      present.state = 'void';
      if (reason === 'bad_key') {
        accounts.costOfGoodsSold -= present.lot.cost;
        accounts.supplierClaims += present.lot.cost;
      }
      const other = others[index];
      if (other !== undefined) this.give(order, place, other, 'replacement');
      else {
        accounts.revenue -= order.price;
        order.settled.add(place);
      }
    }
    this.refunds.set(JSON.stringify([merchantId, refundNo]), body);
  }

  private revoke(operation: Operation): void {
    const authorisation = this.authorisations.find((one) => one.id === operation['authorisation_id']);
    if (authorisation === undefined) throw new Refused('unknown_authorisation');
    refuseIf(authorisation.revokedAt !== Infinity, 'already_revoked');
    authorisation.revokedAt = Date.parse(operation.at);
  }
}
