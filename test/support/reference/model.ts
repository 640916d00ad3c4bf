import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { readKeyFile, type FileFormat } from './key-file.js';

/**
 * The pack's rules once more, from samples/README.md alone: every unit is an object in one list, every question walks
 * the list. Slow, obvious, and nothing shared with src/.
 */
export interface Operation {
  readonly at: string;
  readonly op: string;
  // The fields differ by operation, and a pack may hold anything.
  readonly [field: string]: unknown;
}

export interface Unit {
  readonly lot: Lot;
  readonly serial: number;
  readonly line: number;
  readonly expiresAt: number;
  pool: string;
  state: 'held' | 'issued' | 'void' | 'writtenOff' | 'returned';
  issuedTo: { merchantId: string; orderNo: string; unit: number; role: string } | null;
  authorisationId: string | null;
}

export interface Lot {
  readonly id: string;
  readonly sku: string;
  readonly poId: string;
  readonly supplierId: string;
  readonly cost: bigint;
  readonly file: string;
  readonly expiresAt: number;
  readonly counts: Readonly<Record<string, number>>;
  quarantined: boolean;
}

interface Authorisation {
  readonly id: string;
  readonly supplierId: string;
  readonly skus: readonly string[];
  readonly from: number;
  readonly to: number;
  revokedAt: number;
}

interface PurchaseLine {
  readonly sku: string;
  readonly quantity: number;
  readonly cost: bigint;
  accepted: number;
}

interface Order {
  readonly merchantId: string;
  readonly orderNo: string;
  readonly sku: string;
  readonly quantity: number;
  readonly price: bigint;
  readonly pool: string;
  /** For each place its keys in order, the last being the present one. */
  readonly places: Unit[][];
  readonly settled: Set<number>;
}

export interface Accounts {
  costOfGoodsSold: bigint;
  revenue: bigint;
  supplierClaims: bigint;
  inventoryLosses: bigint;
  returnedToSupplier: bigint;
}

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
  readonly authorisations: Authorisation[] = [];
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
    for (const row of readTable(join(pack, 'suppliers.csv')))
      this.suppliers.add(row['supplier_id'] as string);
    for (const row of readTable(join(pack, 'products.csv'))) {
      this.skus.set(row['sku'] as string, {
        costOfGoodsSold: 0n,
        revenue: 0n,
        supplierClaims: 0n,
        inventoryLosses: 0n,
        returnedToSupplier: 0n,
      });
    }
    for (const row of readTable(join(pack, 'merchants.csv')))
      this.merchants.add(row['merchant_id'] as string);
    for (const row of readTable(join(pack, 'authorisations.csv'))) {
      this.authorisations.push({
        id: row['authorisation_id'] as string,
        supplierId: row['supplier_id'] as string,
        skus: (row['skus'] as string).split(';'),
        from: Date.parse(row['valid_from'] as string),
        to: row['valid_to'] === '' ? Infinity : Date.parse(row['valid_to'] as string),
        revokedAt: Infinity,
      });
    }
    this.authorisations.sort((a, b) => byCodePoints(a.id, b.id));
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

  private give(order: Order, place: number, unit: Unit, role: string, at: number): void {
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
    for (const [index, unit] of units.entries()) this.give(order, index + 1, unit, 'issued', at);
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
      if (other !== undefined) this.give(order, place, other, 'replacement', at);
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

const ID_NAMES = {
  po_id: 'poId',
  lot_id: 'lotId',
  merchant_id: 'merchantId',
  order_no: 'orderNo',
  refund_no: 'refundNo',
  authorisation_id: 'authorisationId',
  sku: 'sku',
};

function idsOf(operation: Operation): Record<string, string> {
  const carried = Object.entries(ID_NAMES).filter(([name]) => typeof operation[name] === 'string');
  return Object.fromEntries(carried.map(([name, reported]) => [reported, operation[name] as string]));
}

function formatOf(operation: Operation): FileFormat {
  const { separator = '', quoted = false, header = false, columns } = operation;
  return { separator, quoted, header, columns } as FileFormat;
}

/** The master data of generated packs holds neither quotation marks nor commas within cells. */
function readTable(path: string): Record<string, string>[] {
  const [header, ...rows] = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const names = (header as string).split(',');
  return rows.map((row) =>
    Object.fromEntries(row.split(',').map((cell, index) => [names[index] as string, cell])),
  );
}

function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, dropNulls(field)]));
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

/** In millionths; -1 for what is no amount. */
function amount(text: unknown): bigint {
  if (typeof text !== 'string' || !/^[0-9]{1,12}(\.[0-9]{1,6})?$/.test(text)) return -1n;
  const [whole, fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(6, '0')}`);
}

/** NaN for what is no time. */
function timeOf(text: unknown): number {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
  return typeof text === 'string' && shape.test(text) ? Date.parse(text) : NaN;
}

export function byCodePoints(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] as string).codePointAt(0)! - (b[index] as string).codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
