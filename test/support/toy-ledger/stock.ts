import { instantOf } from '../../../src/domain/shared/time.js';
import { ToyPurchasing } from './purchasing.js';
import { ranges, ToyRefusal, type ToyUnit } from './units.js';

/** Held units, and what may be done with them. */
export class ToyStock extends ToyPurchasing {
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
  protected take(sku: string, pool: string, quantity: number, at: string): ToyUnit[] {
    const free = this.free(sku, pool, at);
    const lots = new Set(free.map(({ lot }) => lot));
    const authorised = new Set(
      [...lots].filter((lot) => this.authorisation(lot.supplierId, sku, at) !== undefined),
    );
    const units = free.filter(({ lot }) => authorised.has(lot)).slice(0, quantity);
    if (units.length === quantity) return units;
    throw new ToyRefusal(free.length >= quantity ? 'unauthorised_source' : 'shortage');
  }

  transfer(at: string, sku: string, move: { from: string; to: string; quantity: number }): void {
    const { from, to, quantity } = move;
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
}
