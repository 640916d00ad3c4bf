import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import type { Accounts, Authorisation, Lot, Operation, Order, PurchaseLine, Unit } from './facts.js';
import { readKeyFile } from './key-file.js';
import {
  amount,
  authorisationOf,
  byCodePoints,
  dropNulls,
  formatOf,
  idsOf,
  isWhole,
  noAmounts,
  readTable,
  timeOf,
} from './values.js';

/**
 * The pack's rules once more, from samples/README.md alone: every unit is an object in one list, every question walks
 * the list. Slow, obvious, and nothing shared with src/.
 */
class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

function refuseIf(condition: boolean, code: string): void {
  if (condition) throw new Refused(code);
}

export class ReferenceModel {
  readonly suppliers = new Set<string>();
  readonly skus = new Map<string, Accounts>();
  readonly merchants = new Set<string>();
  readonly authorisations: readonly Authorisation[];
  readonly purchaseOrders = new Map<string, { supplierId: string; lines: PurchaseLine[] }>();
  readonly lots: Lot[] = [];
  readonly units: Unit[] = [];
  readonly orders = new Map<string, Order>();
  readonly refunds = new Map<string, string>();
  readonly knownKeys = new Set<string>();
  readonly refusals: Record<string, string | number>[] = [];
  replayed = 0;
  lines = 0;
  asOf = '';

  constructor(private readonly pack: string) {
    const table = (name: string) => readTable(join(pack, `${name}.csv`));
    for (const row of table('suppliers')) this.suppliers.add(row['supplier_id'] as string);
    for (const row of table('merchants')) this.merchants.add(row['merchant_id'] as string);
    for (const row of table('products')) this.skus.set(row['sku'] as string, noAmounts());
    this.authorisations = table('authorisations')
      .map(authorisationOf)
      .sort((a, b) => byCodePoints(a.id, b.id));
  }

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

  authorisationFor(supplierId: string, sku: string, at: number): string | undefined {
    return this.authorisations.find(
      (one) =>
        one.supplierId === supplierId &&
        one.skus.includes(sku) &&
        one.from <= at &&
        at < one.to &&
        at < one.revokedAt,
    )?.id;
  }

  private placePurchaseOrder(operation: Operation): void {
    const at = Date.parse(operation.at);
    const poId = operation['po_id'] as string;
    const supplierId = operation['supplier_id'] as string;
    const lines = Array.isArray(operation['lines']) ? (operation['lines'] as Record<string, unknown>[]) : [];
    refuseIf(this.purchaseOrders.has(poId), 'duplicate_po');
    refuseIf(!this.suppliers.has(supplierId), 'unknown_supplier');
    refuseIf(lines.length === 0 || new Set(lines.map((line) => line['sku'])).size < lines.length, 'invalid');
    for (const line of lines) {
      refuseIf(!this.skus.has(line['sku'] as string), 'unknown_sku');
      refuseIf(
        !isWhole(line['quantity']) || (line['quantity'] as number) < 1 || amount(line['unit_cost']) <= 0n,
        'invalid',
      );
      refuseIf(
        this.authorisationFor(supplierId, line['sku'] as string, at) === undefined,
        'unauthorised_source',
      );
    }
    const placed = lines.map((line) => ({
      sku: line['sku'] as string,
      quantity: line['quantity'] as number,
      cost: amount(line['unit_cost']),
      accepted: 0,
    }));
    this.purchaseOrders.set(poId, { supplierId, lines: placed });
  }

  private receiveLot(operation: Operation): void {
    const at = Date.parse(operation.at);
    const [id, poId, sku] = [operation['lot_id'], operation['po_id'], operation['sku']] as [
      string,
      string,
      string,
    ];
    const order = this.purchaseOrders.get(poId);
    if (order === undefined) throw new Refused('unknown_po');
    refuseIf(
      this.lots.some((lot) => lot.id === id),
      'duplicate_lot',
    );
    const line = order.lines.find((candidate) => candidate.sku === sku);
    if (line === undefined) throw new Refused('not_on_po');
    const expiresAt = operation['expires_at'] === undefined ? Infinity : timeOf(operation['expires_at']);
    refuseIf(!(expiresAt > at), 'invalid');
    const path = this.keyFile(operation['file']);
    if (path === undefined) throw new Refused('missing_file');
    const read = readKeyFile(readFileSync(path), formatOf(operation), at);
    if (typeof read === 'string') throw new Refused(read);

    const fresh = new Map<string, { line: number; expiresAt: number }>();
    let [duplicateInFile, duplicateInLedger] = [0, 0];
    for (const key of read.keys) {
      if (this.knownKeys.has(key.identity)) duplicateInLedger += 1;
      else if (fresh.has(key.identity)) duplicateInFile += 1;
      else fresh.set(key.identity, key);
    }
    refuseIf(fresh.size === 0, 'no_keys');
    refuseIf(line.accepted + fresh.size > line.quantity, 'over_receipt');

    line.accepted += fresh.size;
    const { lines, header, blank, malformed } = read;
    const counts = {
      lines,
      header,
      blank,
      accepted: fresh.size,
      duplicateInFile,
      duplicateInLedger,
      malformed,
    };
    const file = operation['file'] as string;
    const lot: Lot = {
      id,
      sku,
      poId,
      supplierId: order.supplierId,
      cost: line.cost,
      file,
      expiresAt,
      counts,
      quarantined: false,
    };
    this.lots.push(lot);
    let serial = 0;
    for (const [identity, key] of fresh) {
      serial += 1;
      this.knownKeys.add(identity);
      this.units.push({
        lot,
        serial,
        ...key,
        pool: 'main',
        state: 'held',
        issuedTo: null,
        authorisationId: null,
      });
    }
  }

  private keyFile(file: unknown): string | undefined {
    if (typeof file !== 'string' || file.includes('\0') || isAbsolute(file)) return undefined;
    const path = join(this.pack, file);
    if (!existsSync(path) || !statSync(path).isFile()) return undefined;
    return realpathSync(path).startsWith(realpathSync(this.pack) + sep) ? path : undefined;
  }

  /** First in, first out: the list of units is in order of receipt and serial. */
  private pick(sku: string, pool: string, quantity: number, at: number): Unit[] {
    const free = this.units.filter(
      (unit) =>
        unit.lot.sku === sku &&
        unit.pool === pool &&
        unit.state === 'held' &&
        !unit.lot.quarantined &&
        at < unit.lot.expiresAt &&
        at < unit.expiresAt,
    );
    const authorised = free.filter(
      (unit) => this.authorisationFor(unit.lot.supplierId, sku, at) !== undefined,
    );
    if (authorised.length < quantity)
      throw new Refused(free.length >= quantity ? 'unauthorised_source' : 'shortage');
    return authorised.slice(0, quantity);
  }

  private transfer(operation: Operation): void {
    const [sku, from, to] = [operation['sku'], operation['from'], operation['to']] as [
      string,
      string,
      string,
    ];
    const quantity = operation['quantity'];
    refuseIf(!this.skus.has(sku), 'unknown_sku');
    refuseIf(!isWhole(quantity) || (quantity as number) < 1 || from === to, 'invalid');
    for (const unit of this.pick(sku, from, quantity as number, Date.parse(operation.at))) unit.pool = to;
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

  private lotOf(operation: Operation): Lot {
    const lot = this.lots.find((candidate) => candidate.id === operation['lot_id']);
    if (lot === undefined) throw new Refused('unknown_lot');
    return lot;
  }

  private quarantine(operation: Operation, quarantined: boolean): void {
    const lot = this.lotOf(operation);
    refuseIf(lot.quarantined === quarantined, quarantined ? 'already_quarantined' : 'not_quarantined');
    lot.quarantined = quarantined;
  }

  private remove(
    operation: Operation,
    state: 'writtenOff' | 'returned',
    account: 'inventoryLosses' | 'returnedToSupplier',
  ): void {
    const lot = this.lotOf(operation);
    const quantity = operation['quantity'];
    refuseIf(!isWhole(quantity) || (quantity as number) < 1, 'invalid');
    const held = this.units.filter((unit) => unit.lot === lot && unit.state === 'held');
    refuseIf(held.length < (quantity as number), 'shortage');
    for (const unit of held.slice(0, quantity as number)) {
      unit.state = state;
      this.accounts(lot.sku)[account] += lot.cost;
    }
  }

  private accounts(sku: string): Accounts {
    return this.skus.get(sku) as Accounts;
  }
}
