import { Misfit } from '../findings.js';
import { endOfDay, momentOf, type Moment } from '../history/moments.js';
import { moneyOf, quantityOf, sameMoney } from '../history/money.js';
import { countOf, memberOf, objectsOf, textOf, textOrNullOf, type Members } from '../history/payloads.js';
import { momentIn, type Authorisations } from './authorisations.js';
import { UNIT, type Lot, type Lots, type UnitRange } from './lots.js';
import type { Reservations } from './reservations.js';
import type { Rule, Rules, ToldEvent } from './told-event.js';

/** What happens to units within the stock of a product. */
export class Stock {
  constructor(
    private readonly lots: Lots,
    private readonly reservations: Reservations,
    private readonly authorisations: Authorisations,
  ) {}

  readonly rules: Rules = {
    LotReceived: stockRule((event) => this.receive(event)),
    UnitsTransferred: stockRule((event) => this.transfer(event)),
    UnitsReserved: stockRule((event) => this.reserve(event)),
    ReservationConfirmed: stockRule(({ payload }) => this.reservations.confirm(payload)),
    ReservationReleased: stockRule(({ payload }) => this.reservations.release(payload)),
    LotQuarantined: stockRule(({ payload }) => this.quarantine(payload, true)),
    LotReleased: stockRule(({ payload }) => this.quarantine(payload, false)),
    UnitsWrittenOff: stockRule(({ payload }) => this.remove(payload, UNIT.writtenOff)),
    UnitsReturned: stockRule(({ payload }) => this.remove(payload, UNIT.returned)),
    ShortageRecorded: stockRule(({ payload }) => requireUnmet(payload, false)),
    UnauthorisedSourceRecorded: stockRule(({ payload }) => requireUnmet(payload, true)),
  };

  private receive({ payload }: ToldEvent): void {
    const lotId = textOf(payload, 'lotId');
    const lot = this.lots.byId.get(lotId);
    if (lot === undefined)
      throw new Misfit('unknown_reference', `lot ${lotId} enters the stock without a complete import`);
    requireTerms(lot, payload);
    const part = countOf(payload, 'part', 1);
    const parts = countOf(payload, 'parts', 1);
    if (lot.isOpen || part !== lot.partsReceived + 1 || part > parts)
      throw new Misfit(
        'recorded_twice',
        `part ${part} of ${parts} of lot ${lotId} does not follow part ${lot.partsReceived}`,
      );
    const pool = this.lots.pools.numberOf(textOf(payload, 'pool'));
    if (part > 1 && pool !== lot.pool)
      throw new Misfit('wrong_pool', `the parts of lot ${lotId} enter several pools`);
    for (const run of objectsOf(payload, 'runs')) this.receiveRun(lot, run);
    lot.pool = pool;
    lot.partsReceived = part;
    if (part === parts) this.openLot(lot);
  }

  private receiveRun(lot: Lot, run: Members): void {
    const range = { first: countOf(run, 'firstSerial', 1), count: countOf(run, 'count', 1) };
    const { lotId, size } = lot.terms;
    if (run['lotId'] !== lotId || range.first !== lot.nextSerial || range.first + range.count - 1 > size) {
      throw new Misfit(
        'serials_do_not_fit',
        `serials from ${range.first} of lot ${lotId} enter the stock where ${lot.nextSerial} of ${size} was expected`,
      );
    }
    lot.requireExpiry(range, this.lots.expiryNumber(run));
    lot.nextSerial += range.count;
  }

  private openLot(lot: Lot): void {
    const { lotId, size } = lot.terms;
    if (lot.nextSerial - 1 !== size)
      throw new Misfit(
        'counts_do_not_balance',
        `${lot.nextSerial - 1} units of lot ${lotId} entered the stock, ${size} were accepted`,
      );
    lot.set({ first: 1, count: size }, UNIT.held);
    this.lots.opened.push(lot);
    lot.turn = this.lots.opened.length;
  }

  private transfer({ payload, occurredAt }: ToldEvent): void {
    const sku = textOf(payload, 'sku');
    const from = this.lots.pools.numberOf(textOf(payload, 'from'));
    const to = this.lots.pools.numberOf(textOf(payload, 'to'));
    const ranges = objectsOf(payload, 'units').map((range) => this.lots.rangeOf(range, sku));
    requireQuantity(ranges, quantityOf(payload));
    if (from === to) throw new Misfit('wrong_pool', 'it moves units to the pool that they are in');
    for (const range of ranges) {
      this.requireFree(range, from, occurredAt);
      range.lot.moveTo(range, to);
    }
  }

  private reserve(event: ToldEvent): void {
    const { payload, occurredAt } = event;
    const sku = textOf(payload, 'sku');
    const pool = this.lots.pools.numberOf(textOf(payload, 'pool'));
    const ranges = objectsOf(payload, 'units').map((range) => this.sourcedRange(range, sku, event));
    requireQuantity(ranges, quantityOf(payload));
    // One after another: a unit that an event names twice is not held the second time.
    for (const range of ranges) {
      this.requireFree(range, pool, occurredAt);
      range.lot.set(range, UNIT.reserved);
    }
    this.reservations.make(payload, ranges);
  }

  private sourcedRange(range: Members, sku: string, event: ToldEvent): UnitRange {
    const read = this.lots.rangeOf(range, sku);
    const { terms } = read.lot;
    const supplierId = textOf(range, 'supplierId');
    if (supplierId !== terms.supplierId || !sameMoney(moneyOf(range, 'unitCost'), terms.unitCost))
      throw new Misfit('terms_differ', `units of lot ${terms.lotId} are told with another supplier or cost`);
    this.authorisations.requireInForce(
      { authorisationId: textOf(range, 'authorisationId'), supplierId, sku },
      event,
    );
    return read;
  }

  /** Free units are held in the pool, not quarantined and not expired. */
  private requireFree(range: UnitRange, pool: number, occurredAt: string): void {
    const { lot } = range;
    const { lotId, lotExpiresAt } = lot.terms;
    lot.require(range, UNIT.held);
    lot.requirePool(range, pool);
    if (lot.quarantined) throw new Misfit('lot_quarantined', `lot ${lotId} is in quarantine`);
    const at = momentOf(occurredAt) ?? Infinity;
    if (lotExpiresAt !== null && lotExpiresAt <= at) throw expired(lotId, occurredAt);
    if (this.keyExpiry(range) <= at) throw expired(lotId, occurredAt);
  }

  /** All units of a range share one expiry. */
  private keyExpiry({ lot, first }: UnitRange): Moment {
    const expiry = lot.expiryOf(first);
    return expiry === 0 ? Infinity : (endOfDay(this.lots.days.texts[expiry - 1] as string) ?? -Infinity);
  }

  private quarantine(payload: Members, quarantined: boolean): void {
    const lot = this.lots.open(textOf(payload, 'lotId'), textOf(payload, 'sku'));
    if (lot.quarantined === quarantined)
      throw new Misfit(
        'recorded_twice',
        `lot ${lot.terms.lotId} is ${quarantined ? 'in quarantine already' : 'not in quarantine'}`,
      );
    lot.quarantined = quarantined;
  }

  private remove(payload: Members, state: typeof UNIT.writtenOff | typeof UNIT.returned): void {
    const lotId = textOf(payload, 'lotId');
    const sku = textOf(payload, 'sku');
    const units = objectsOf(payload, 'units');
    const ranges = units.map((range) => this.lots.rangeOf(range, sku));
    if (ranges.some(({ lot }) => lot.terms.lotId !== lotId))
      throw new Misfit('terms_differ', `it names units of another lot than ${lotId}`);
    requireQuantity(ranges, quantityOf(payload));
    ranges.forEach((range, index) => {
      range.lot.require(range, UNIT.held);
      range.lot.requirePool(range, this.lots.pools.numberOf(textOf(units[index] as Members, 'pool')));
      range.lot.set(range, state);
    });
  }
}

function stockRule(apply: Rule['apply']): Rule {
  return { versions: [1], stream: (payload, names) => names.of('stock', textOf(payload, 'sku')), apply };
}

/** A lot enters the stock on the terms of its import. @throws Misfit */
function requireTerms({ terms }: Lot, payload: Members): void {
  const differing = (['attempt', 'sku', 'poId', 'supplierId'] as const).find(
    (name) => payload[name] !== terms[name],
  );
  const expiresAt = textOrNullOf(payload, 'lotExpiresAt') === null ? null : momentIn(payload, 'lotExpiresAt');
  if (
    differing === undefined &&
    expiresAt === terms.lotExpiresAt &&
    sameMoney(moneyOf(payload, 'unitCost'), terms.unitCost)
  )
    return;
  throw new Misfit(
    'terms_differ',
    `lot ${terms.lotId} enters the stock with another ${differing ?? 'cost or expiry'}`,
  );
}

function requireQuantity(ranges: readonly UnitRange[], quantity: number): void {
  const units = ranges.reduce((sum, { count }) => sum + count, 0);
  if (units !== quantity)
    throw new Misfit('quantity_differs', `it names ${units} units, and says that they are ${quantity}`);
}

function requireUnmet(payload: Members, enough: boolean): void {
  memberOf(payload, 'demand');
  const [requested, free, authorised] = [
    countOf(payload, 'requested', 1),
    countOf(payload, 'free'),
    countOf(payload, 'authorised'),
  ];
  if (authorised > free || authorised >= requested || free >= requested !== enough)
    throw new Misfit(
      'quantity_differs',
      `its counts of ${requested} requested, ${free} free, ${authorised} authorised are no refusal of its kind`,
    );
}

function expired(lotId: string, at: string): Misfit {
  return new Misfit('unit_expired', `units of lot ${lotId} had expired by ${at}`);
}
