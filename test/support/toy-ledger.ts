import { expiryOfDay, instantOf } from '../../src/domain/shared/time.js';
import { formatAmount, parseAmount } from '../../src/domain/shared/money.js';
import type { LineCounts, SourcedRange } from '../../src/domain/shared/units.js';
import { compareCodePoints } from '../../src/domain/shared/code-points.js';
import { ToldEvents } from './told-events.js';

/** One key, as naively as can be: the read models keep ranges, this keeps units. */
export interface ToyUnit {
  readonly lot: ToyLot;
  readonly serial: number;
  readonly expiresOn: string | null;
  readonly expiresAt: number;
  state: 'held' | 'issued' | 'void' | 'writtenOff' | 'returned';
  pool: string;
}

export interface ToyLot {
  readonly lotId: string;
  readonly poId: string;
  readonly sku: string;
  readonly supplierId: string;
  readonly unitCost: bigint;
  readonly expiresAt: string | null;
  readonly units: ToyUnit[];
  quarantined: boolean;
}

interface ToyAuthorisation {
  readonly id: string;
  readonly supplierId: string;
  readonly skus: readonly string[];
  readonly from: number;
  readonly to: number;
  revokedAt: number;
}

export interface ToyOrder {
  readonly body: string;
  readonly sku: string;
  readonly pool: string;
  readonly unitPrice: bigint;
  readonly places: { keys: ToyUnit[]; settled: boolean }[];
}

export interface ReceivedFile {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly counts: LineCounts;
  /** In order: serial 1 is the first. */
  readonly accepted: readonly { readonly line: number; readonly expiresOn: string | null }[];
}

/** A rule that refuses, by its code. */
export class ToyRefusal extends Error {}

const CURRENCY = 'CNY';
const money = (micros: bigint) => ({ amount: formatAmount(micros), currency: CURRENCY });

/** The rules of samples/README.md once more, unit by unit, telling the events that Sourcebook would record. */
export class ToyLedger {
  readonly told = new ToldEvents();
  readonly lots: ToyLot[] = [];
  readonly skus: string[] = [];
  readonly orders = new Map<string, ToyOrder>();
  readonly merchants = new Set<string>();
  readonly suppliers = new Set<string>();
  readonly authorisations: ToyAuthorisation[] = [];
  readonly orderedLines = new Map<
    string,
    { supplierId: string; sku: string; unitCost: bigint; left: number }
  >();
  readonly purchaseOrders = new Set<string>();
  private readonly refunds = new Map<string, string>();
  private attempts = 0;

  constructor(
    private readonly chunkKeys = 500,
    private readonly partRuns = 10_000,
  ) {}

  supplier(at: string, supplierId: string): void {
    this.suppliers.add(supplierId);
    this.told.tell(
      ['supplier', supplierId],
      'SupplierRegistered',
      { supplierId, name: supplierId, kind: 'issuer' },
      { occurredAt: at },
    );
  }

  product(at: string, sku: string): void {
    this.skus.push(sku);
    const payload = {
      sku,
      name: sku,
      category: 'game',
      productClass: 'staple',
      fulfilment: 'card_key',
      faceValue: '1',
      currency: CURRENCY,
    };
    this.told.tell(['product', sku], 'ProductDefined', payload, { occurredAt: at });
  }

  merchant(at: string, merchantId: string): void {
    this.merchants.add(merchantId);
    this.told.tell(
      ['merchant', merchantId],
      'MerchantRegistered',
      { merchantId, name: merchantId, channel: 'direct' },
      { occurredAt: at },
    );
  }

  grant(
    at: string,
    id: string,
    supplierId: string,
    terms: { skus: readonly string[]; validFrom: string; validTo: string | null },
  ): void {
    const to = terms.validTo === null ? Infinity : instantOf(terms.validTo);
    this.authorisations.push({
      id,
      supplierId,
      skus: terms.skus,
      from: instantOf(terms.validFrom),
      to,
      revokedAt: Infinity,
    });
    this.told.tell(
      ['supplier', supplierId],
      'AuthorisationGranted',
      { authorisationId: id, issuer: 'ISSUER', supplierId, ...terms },
      { occurredAt: at },
    );
  }

  revoke(at: string, id: string): void {
    const authorisation = this.authorisations.find((each) => each.id === id);
    if (authorisation === undefined) throw new ToyRefusal('unknown_authorisation');
    if (authorisation.revokedAt !== Infinity) throw new ToyRefusal('already_revoked');
    authorisation.revokedAt = instantOf(at);
    const { supplierId } = authorisation;
    this.told.tell(
      ['supplier', supplierId],
      'AuthorisationRevoked',
      { authorisationId: id, supplierId, revokedAt: at, reason: null },
      { occurredAt: at },
    );
  }

  authorisation(supplierId: string, sku: string, at: string): string | undefined {
    const moment = instantOf(at);
    return this.authorisations
      .filter(
        (a) =>
          a.supplierId === supplierId &&
          a.skus.includes(sku) &&
          a.from <= moment &&
          moment < a.to &&
          moment < a.revokedAt,
      )
      .map((a) => a.id)
      .sort(compareCodePoints)[0];
  }

  placeOrder(
    at: string,
    poId: string,
    supplierId: string,
    lines: readonly { sku: string; quantity: number; unitCost: string }[],
  ): void {
    if (this.purchaseOrders.has(poId)) throw new ToyRefusal('duplicate_po');
    if (!this.suppliers.has(supplierId)) throw new ToyRefusal('unknown_supplier');
    if (lines.length === 0 || new Set(lines.map(({ sku }) => sku)).size < lines.length)
      throw new ToyRefusal('invalid');
    const ordered = lines.map(({ sku, quantity, unitCost }) => {
      const cost = parseAmount(unitCost);
      if (!this.skus.includes(sku)) throw new ToyRefusal('unknown_sku');
      if (!Number.isInteger(quantity) || quantity < 1 || cost === undefined || cost <= 0n)
        throw new ToyRefusal('invalid');
      const authorisationId = this.authorisation(supplierId, sku, at);
      if (authorisationId === undefined) throw new ToyRefusal('unauthorised_source');
      return { sku, quantity, unitCost: money(cost), authorisationId };
    });
    this.purchaseOrders.add(poId);
    for (const { sku, quantity, unitCost } of ordered) {
      const cost = parseAmount(unitCost.amount) ?? 0n;
      this.orderedLines.set(`${poId}|${sku}`, { supplierId, sku, unitCost: cost, left: quantity });
    }
    this.told.tell(
      ['po', poId],
      'PurchaseOrderPlaced',
      { poId, supplierId, lines: ordered, saw: [] },
      { occurredAt: at },
    );
  }

  receive(
    at: string,
    lotId: string,
    poId: string,
    goods: { sku: string; expiresAt: string | null; file: ReceivedFile },
  ): void {
    const { sku, expiresAt, file } = goods;
    const line = this.orderedLines.get(`${poId}|${sku}`);
    if (!this.purchaseOrders.has(poId)) throw new ToyRefusal('unknown_po');
    if (this.lots.some((each) => each.lotId === lotId)) throw new ToyRefusal('duplicate_lot');
    if (line === undefined) throw new ToyRefusal('not_on_po');
    if (file.accepted.length === 0) throw new ToyRefusal('no_keys');
    if (file.accepted.length > line.left) throw new ToyRefusal('over_receipt');
    line.left -= file.accepted.length;
    const { supplierId, unitCost } = line;
    const lot: ToyLot = { lotId, poId, sku, supplierId, unitCost, expiresAt, units: [], quarantined: false };
    file.accepted.forEach(({ expiresOn }, index) =>
      lot.units.push({
        lot,
        serial: index + 1,
        expiresOn,
        expiresAt: momentOf(expiresOn),
        state: 'held',
        pool: 'main',
      }),
    );
    this.lots.push(lot);
    this.tellImport(at, lot, file);
  }

  private tellImport(at: string, lot: ToyLot, file: ReceivedFile): void {
    const { lotId, poId, sku, supplierId } = lot;
    const attempt = `attempt-${++this.attempts}`;
    const when = { occurredAt: at };
    const keyFile = { name: file.name, sha256: file.sha256, bytes: file.sizeBytes };
    const terms = {
      attempt,
      lotId,
      poId,
      sku,
      supplierId,
      unitCost: money(lot.unitCost),
      lotExpiresAt: lot.expiresAt,
      file: keyFile,
      counts: file.counts,
    };
    const accepted = file.accepted.length;
    this.told.tell(['key.registry'], 'ImportOpened', { ...terms, saw: [] }, when);
    this.told.tell(['po', poId], 'LotReceiptRecorded', { poId, lotId, sku, attempt, accepted }, when);
    for (let start = 0; start < accepted; start += this.chunkKeys) {
      const keys = file.accepted.slice(start, start + this.chunkKeys);
      this.told.tell(
        ['key.registry'],
        'KeysRegistered',
        {
          attempt,
          lotId,
          firstSerial: start + 1,
          count: keys.length,
          fingerprints: '',
          ciphertext: '',
          commitment: '',
          lineRuns: keys.map(({ line }, index) => [start + 1 + index, line, 1] as const),
          expiryRuns: keys.map(({ expiresOn }, index) => [start + 1 + index, 1, expiresOn] as const),
        },
        when,
      );
    }
    this.told.tell(['key.registry'], 'ImportCompleted', terms, when);
    const runs = ranges(lot.units).map(({ lotId: _lot, ...run }) => ({ lotId, ...run }));
    const parts = Math.max(1, Math.ceil(runs.length / this.partRuns));
    for (let part = 1; part <= parts; part += 1) {
      const payload = {
        lotId,
        sku,
        poId,
        supplierId,
        unitCost: money(lot.unitCost),
        lotExpiresAt: lot.expiresAt,
        attempt,
        pool: 'main',
        part,
        parts,
      };
      const own = runs.slice((part - 1) * this.partRuns, part * this.partRuns);
      this.told.tell(['stock', sku], 'LotReceived', { ...payload, runs: own }, when);
    }
  }

  free(sku: string, pool: string, at: string): ToyUnit[] {
    const moment = instantOf(at);
    return this.lots
      .filter(
        (lot) =>
          lot.sku === sku &&
          !lot.quarantined &&
          !(lot.expiresAt !== null && instantOf(lot.expiresAt) <= moment),
      )
      .flatMap((lot) => lot.units)
      .filter((unit) => unit.state === 'held' && unit.pool === pool && unit.expiresAt > moment);
  }

  /** The first free units of authorised suppliers. */
  private take(sku: string, pool: string, quantity: number, at: string): ToyUnit[] {
    const free = this.free(sku, pool, at);
    const lots = new Set(free.map(({ lot }) => lot));
    const authorised = new Set(
      [...lots].filter((lot) => this.authorisation(lot.supplierId, sku, at) !== undefined),
    );
    const units = free.filter(({ lot }) => authorised.has(lot)).slice(0, quantity);
    if (units.length === quantity) return units;
    throw new ToyRefusal(free.length >= quantity ? 'unauthorised_source' : 'shortage');
  }

  transfer(at: string, sku: string, from: string, to: string, quantity: number): void {
    if (!this.skus.includes(sku)) throw new ToyRefusal('unknown_sku');
    if (!(quantity >= 1) || from === to) throw new ToyRefusal('invalid');
    const units = this.take(sku, from, quantity, at);
    for (const unit of units) unit.pool = to;
    this.told.tell(
      ['stock', sku],
      'UnitsTransferred',
      { sku, from, to, quantity, units: ranges(units), saw: [] },
      { occurredAt: at },
    );
  }

  /** True when it was answered as a replay. */
  issue(
    at: string,
    merchantId: string,
    orderNo: string,
    wish: { sku: string; quantity: number; unitPrice: string; pool?: string | undefined },
  ): boolean {
    const { sku, quantity, pool = 'main' } = wish;
    const price = parseAmount(wish.unitPrice);
    const body = JSON.stringify([sku, quantity, price?.toString() ?? null, pool]);
    const known = this.orders.get(`${merchantId}|${orderNo}`);
    if (known !== undefined && known.body !== body) throw new ToyRefusal('order_conflict');
    if (known !== undefined) return true;
    if (!this.merchants.has(merchantId)) throw new ToyRefusal('unknown_merchant');
    if (!this.skus.includes(sku)) throw new ToyRefusal('unknown_sku');
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 1000 || price === undefined || price <= 0n)
      throw new ToyRefusal('invalid');
    const units = this.take(sku, pool, quantity, at);
    const order = {
      body,
      sku,
      pool,
      unitPrice: price,
      places: units.map((unit) => ({ keys: [unit], settled: false })),
    };
    this.orders.set(`${merchantId}|${orderNo}`, order);
    const sourced = this.leave(units, at);
    const demand = { kind: 'order', merchantId, orderNo } as const;
    const reservationId = `${merchantId}/${orderNo}/0`;
    this.reserve(at, { sku, pool, reservationId, units: sourced, demand });
    this.told.tell(
      ['order', merchantId, orderNo],
      'OrderFulfilled',
      {
        merchantId,
        orderNo,
        sku,
        pool,
        quantity,
        unitPrice: money(price),
        reservationId,
        units: sourced,
        saw: [],
      },
      { occurredAt: at },
    );
    this.told.tell(['stock', sku], 'ReservationConfirmed', { sku, reservationId }, { occurredAt: at });
    return false;
  }

  private leave(units: readonly ToyUnit[], at: string): SourcedRange[] {
    for (const unit of units) unit.state = 'issued';
    return ranges(units).map((range) => ({ ...range, ...this.sourceOf(range.lotId, at) }));
  }

  private sourceOf(
    lotId: string,
    at: string,
  ): Pick<SourcedRange, 'supplierId' | 'authorisationId' | 'unitCost'> {
    const lot = this.lots.find((each) => each.lotId === lotId) as ToyLot;
    const authorisationId = this.authorisation(lot.supplierId, lot.sku, at) ?? '';
    return { supplierId: lot.supplierId, authorisationId, unitCost: money(lot.unitCost) };
  }

  private reserve(
    at: string,
    {
      units,
      ...reservation
    }: {
      sku: string;
      pool: string;
      reservationId: string;
      units: SourcedRange[];
      demand:
        | { kind: 'order'; merchantId: string; orderNo: string }
        | { kind: 'refund'; merchantId: string; refundNo: string; orderNo: string };
    },
  ): void {
    const quantity = units.reduce((sum, { count }) => sum + count, 0);
    const payload = { ...reservation, asked: '', quantity, units, saw: [] };
    this.told.tell(['stock', reservation.sku], 'UnitsReserved', payload, { occurredAt: at });
  }

  refund(
    at: string,
    merchantId: string,
    refundNo: string,
    wish: { orderNo: string; units: readonly number[]; reason: string; remedy: string },
  ): boolean {
    const { orderNo, reason, remedy } = wish;
    const body = JSON.stringify([orderNo, [...new Set(wish.units)].sort((a, b) => a - b), reason, remedy]);
    const known = this.refunds.get(`${merchantId}|${refundNo}`);
    if (known !== undefined && known !== body) throw new ToyRefusal('refund_conflict');
    if (known !== undefined) return true;
    const order = this.orders.get(`${merchantId}|${orderNo}`);
    if (order === undefined) throw new ToyRefusal('unknown_order');
    if (!isRefund(wish)) throw new ToyRefusal('invalid');
    const places = wish.units.map((unit) => order.places[unit - 1]);
    if (places.some((place) => place === undefined)) throw new ToyRefusal('unit_out_of_range');
    if (places.some((place) => place?.settled)) throw new ToyRefusal('already_settled');
    const fresh = remedy === 'replace' ? this.take(order.sku, order.pool, places.length, at) : [];
    this.refunds.set(`${merchantId}|${refundNo}`, body);
    this.settle(at, { ...wish, merchantId, refundNo, order, fresh });
    return false;
  }

  private settle(
    at: string,
    refund: {
      merchantId: string;
      refundNo: string;
      orderNo: string;
      units: readonly number[];
      reason: string;
      remedy: string;
      order: ToyOrder;
      fresh: ToyUnit[];
    },
  ): void {
    const { merchantId, refundNo, orderNo, order, fresh } = refund;
    const { sku, pool } = order;
    const reason = refund.reason as 'bad_key' | 'goodwill';
    const remedy = refund.remedy as 'refund' | 'replace';
    const body = { merchantId, refundNo, orderNo, units: refund.units, reason, remedy, attempt: 1 };
    const when = { occurredAt: at };
    const reservationId = remedy === 'replace' ? `${merchantId}/${refundNo}/1` : null;
    this.told.tell(['refund', merchantId, refundNo], 'RefundOpened', { ...body, commandId: refundNo }, when);
    const replacements = fresh.flatMap((unit) => this.leave([unit], at));
    if (reservationId !== null) {
      this.reserve(at, {
        sku,
        pool,
        reservationId,
        units: replacements,
        demand: { kind: 'refund', merchantId, refundNo, orderNo },
      });
    }
    const places = refund.units.map((place, index) => {
      const held = order.places[place - 1] as ToyOrder['places'][number];
      const old = held.keys.at(-1) as ToyUnit;
      old.state = 'void';
      const next = fresh[index];
      if (next === undefined) held.settled = true;
      else held.keys.push(next);
      const [range] = ranges([old]);
      const voided = { ...(range as NonNullable<typeof range>), ...this.sourceOf(old.lot.lotId, at) };
      return { place, voided, replacement: replacements[index] ?? null };
    });
    const unitPrice = money(order.unitPrice);
    this.told.tell(
      ['order', merchantId, orderNo],
      'UnitsSettled',
      { merchantId, orderNo, refundNo, sku, pool, unitPrice, reason, remedy, reservationId, places, saw: [] },
      when,
    );
    this.told.tell(['refund', merchantId, refundNo], 'RefundCompleted', body, when);
    if (reservationId !== null)
      this.told.tell(['stock', sku], 'ReservationConfirmed', { sku, reservationId }, when);
  }

  quarantine(at: string, lotId: string, quarantined: boolean): void {
    const lot = this.lot(lotId);
    if (lot.quarantined === quarantined)
      throw new ToyRefusal(quarantined ? 'already_quarantined' : 'not_quarantined');
    lot.quarantined = quarantined;
    this.told.tell(
      ['stock', lot.sku],
      quarantined ? 'LotQuarantined' : 'LotReleased',
      { lotId, sku: lot.sku, reason: null },
      { occurredAt: at },
    );
  }

  remove(at: string, lotId: string, quantity: number, state: 'writtenOff' | 'returned'): void {
    const lot = this.lot(lotId);
    if (!(quantity >= 1)) throw new ToyRefusal('invalid');
    const units = lot.units.filter((unit) => unit.state === 'held').slice(0, quantity);
    if (units.length < quantity) throw new ToyRefusal('shortage');
    const type = state === 'writtenOff' ? 'UnitsWrittenOff' : 'UnitsReturned';
    const pooled = ranges(units).map(({ pool, ...range }) => ({ ...range, pool }));
    this.told.tell(
      ['stock', lot.sku],
      type,
      { lotId, sku: lot.sku, quantity, reason: null, units: pooled },
      { occurredAt: at },
    );
    for (const unit of units) unit.state = state;
  }

  private lot(lotId: string): ToyLot {
    const lot = this.lots.find((each) => each.lotId === lotId);
    if (lot === undefined) throw new ToyRefusal('unknown_lot');
    return lot;
  }
}

function momentOf(expiresOn: string | null): number {
  return expiresOn === null ? Infinity : (expiryOfDay(expiresOn) ?? 0);
}

function isRefund({
  units,
  reason,
  remedy,
}: {
  units: readonly number[];
  reason: string;
  remedy: string;
}): boolean {
  if (units.length === 0 || new Set(units).size < units.length || !units.every(Number.isInteger))
    return false;
  return ['bad_key', 'goodwill'].includes(reason) && ['refund', 'replace'].includes(remedy);
}

/** Units as ranges of consecutive serials that share lot, pool and expiry. */
export function ranges(units: readonly ToyUnit[]) {
  const found: { lotId: string; firstSerial: number; count: number; pool: string; expiresOn?: string }[] = [];
  for (const { lot, serial, expiresOn, pool } of units) {
    const last = found.at(-1);
    const follows =
      last?.lotId === lot.lotId && last.firstSerial + last.count === serial && last.pool === pool;
    if (last !== undefined && follows && (last.expiresOn ?? null) === expiresOn) last.count += 1;
    else
      found.push({
        lotId: lot.lotId,
        firstSerial: serial,
        count: 1,
        pool,
        ...(expiresOn === null ? {} : { expiresOn }),
      });
  }
  return found;
}
