import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import type { Accounts, Authorisation, Lot, Operation, PurchaseLine, Unit } from './facts.js';
import { readKeyFile } from './key-file.js';
import {
  amount,
  authorisationOf,
  byCodePoints,
  formatOf,
  isWhole,
  noAmounts,
  readTable,
  timeOf,
} from './values.js';

export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export function refuseIf(condition: boolean, code: string): void {
  if (condition) throw new Refused(code);
}

/** What is bought, received and held. */
export abstract class SupplyModel {
  readonly suppliers = new Set<string>();
  readonly skus = new Map<string, Accounts>();
  readonly merchants = new Set<string>();
  readonly authorisations: readonly Authorisation[];
  readonly purchaseOrders = new Map<string, { supplierId: string; lines: PurchaseLine[] }>();
  readonly lots: Lot[] = [];
  readonly units: Unit[] = [];
  readonly knownKeys = new Set<string>();

  constructor(protected readonly pack: string) {
    const table = (name: string) => readTable(join(pack, `${name}.csv`));
    for (const row of table('suppliers')) this.suppliers.add(row['supplier_id'] as string);
    for (const row of table('merchants')) this.merchants.add(row['merchant_id'] as string);
    for (const row of table('products')) this.skus.set(row['sku'] as string, noAmounts());
    this.authorisations = table('authorisations')
      .map(authorisationOf)
      .sort((a, b) => byCodePoints(a.id, b.id));
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

  protected placePurchaseOrder(operation: Operation): void {
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

  protected receiveLot(operation: Operation): void {
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
  protected pick(sku: string, pool: string, quantity: number, at: number): Unit[] {
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

  protected transfer(operation: Operation): void {
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

  private lotOf(operation: Operation): Lot {
    const lot = this.lots.find((candidate) => candidate.id === operation['lot_id']);
    if (lot === undefined) throw new Refused('unknown_lot');
    return lot;
  }

  protected quarantine(operation: Operation, quarantined: boolean): void {
    const lot = this.lotOf(operation);
    refuseIf(lot.quarantined === quarantined, quarantined ? 'already_quarantined' : 'not_quarantined');
    lot.quarantined = quarantined;
  }

  protected remove(
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

  protected accounts(sku: string): Accounts {
    return this.skus.get(sku) as Accounts;
  }
}
