import { attemptOfReservation } from '../../../src/domain/shared/attempt.js';
import type { StockCommand } from '../../../src/domain/stock/decide.js';
import { expiryOfDay, type Instant } from '../../../src/domain/shared/time.js';
import { keyId } from '../../../src/domain/shared/identifiers.js';
import type { UnitRange } from '../../../src/domain/shared/units.js';

export type Fate = 'held' | 'reserved' | 'issued' | 'writtenOff' | 'returned';

export interface ModelUnit {
  readonly lotId: string;
  readonly serial: number;
  readonly expiresAt: Instant;
  pool: string;
  fate: Fate;
  attempt?: string;
}

interface ModelLot {
  readonly lotId: string;
  readonly supplierId: string;
  readonly expiresAt: Instant;
  readonly parts: number;
  readonly arriving: ModelUnit[];
  partsReceived: number;
  quarantined: boolean;
}

export interface Expected {
  readonly outcome:
    'done' | 'shortage' | 'unauthorised_source' | 'unknown_lot' | 'already_quarantined' | 'not_quarantined';
  /** The ids of the units that the command takes, moves or gives, in order. */
  readonly keys: readonly string[];
}

type Sourcing = Extract<StockCommand, { kind: 'reserve' | 'transfer' }>;
type Removal = Extract<StockCommand, { kind: 'write-off' | 'return' }>;
type Part = Extract<StockCommand, { kind: 'receive' }>;

export const keysOf = (ranges: readonly UnitRange[]): string[] =>
  ranges.flatMap(({ lotId, firstSerial, count }) =>
    Array.from({ length: count }, (_, offset) => keyId(lotId, firstSerial + offset)),
  );

const keyOf = (unit: ModelUnit): string => keyId(unit.lotId, unit.serial);
const done = (units: readonly ModelUnit[] = []): Expected => ({ outcome: 'done', keys: units.map(keyOf) });
const refused = (outcome: Expected['outcome']): Expected => ({ outcome, keys: [] });

/** One product's stock as an array of units in first-in-first-out order: too slow to use, too plain to be wrong. */
export class StockModel {
  readonly units: ModelUnit[] = [];
  readonly lots = new Map<string, ModelLot>();

  take(command: StockCommand): Expected {
    switch (command.kind) {
      case 'receive':
        return this.receive(command);
      case 'reserve':
        return this.reserve(command);
      case 'transfer':
        return this.transfer(command);
      case 'confirm':
        return this.settle(attemptOfReservation(command.reservationId), 'issued');
      case 'release':
        return this.settle(attemptOfReservation(command.reservationId), 'held');
      case 'quarantine':
        return this.setQuarantine(command.lotId, true, 'already_quarantined');
      case 'end-quarantine':
        return this.setQuarantine(command.lotId, false, 'not_quarantined');
      default:
        return this.remove(command);
    }
  }

  isOpen(lotId: string): boolean {
    const lot = this.lots.get(lotId);
    return lot !== undefined && lot.partsReceived === lot.parts;
  }

  count(lotId: string, ...fates: readonly Fate[]): number {
    return this.units.filter((unit) => unit.lotId === lotId && fates.includes(unit.fate)).length;
  }

  isFree(unit: ModelUnit, pool: string, at: Instant): boolean {
    const lot = this.lots.get(unit.lotId) as ModelLot;
    const inPool = unit.fate === 'held' && unit.pool === pool;
    return inPool && !lot.quarantined && unit.expiresAt > at && lot.expiresAt > at;
  }

  private receive(part: Part): Expected {
    const lot = this.lots.get(part.lotId) ?? this.newLot(part);
    if (part.part <= lot.partsReceived) return done();
    for (const { firstSerial, count, expiresOn } of part.runs) {
      const expiresAt = expiresOn === undefined ? Infinity : (expiryOfDay(expiresOn) as number);
      for (let serial = firstSerial; serial < firstSerial + count; serial += 1)
        lot.arriving.push({ lotId: part.lotId, serial, expiresAt, pool: part.pool, fate: 'held' });
    }
    lot.partsReceived = part.part;
    if (part.part === part.parts) this.units.push(...lot.arriving);
    return done();
  }

  private newLot(part: Part): ModelLot {
    const { lotId, supplierId, parts } = part;
    const expiresAt = part.lotExpiresAt === null ? Infinity : Date.parse(part.lotExpiresAt) * 1000;
    const lot = { lotId, supplierId, expiresAt, parts, arriving: [], partsReceived: 0, quarantined: false };
    this.lots.set(lotId, lot);
    return lot;
  }

  private pick(command: Sourcing, pool: string): Expected & { readonly units: readonly ModelUnit[] } {
    const free = this.units.filter((unit) => this.isFree(unit, pool, command.at));
    const authorised = free.filter(
      ({ lotId }) => command.authorisationOf((this.lots.get(lotId) as ModelLot).supplierId) !== undefined,
    );
    if (authorised.length < command.quantity) {
      const enough = free.length >= command.quantity;
      return { ...refused(enough ? 'unauthorised_source' : 'shortage'), units: [] };
    }
    const units = authorised.slice(0, command.quantity);
    return { ...done(units), units };
  }

  private reserve(command: Extract<Sourcing, { kind: 'reserve' }>): Expected {
    const { attempt } = command;
    const outstanding = this.units.filter((unit) => unit.fate === 'reserved' && unit.attempt === attempt);
    if (outstanding.length > 0) return done(outstanding);
    const picked = this.pick(command, command.pool);
    for (const unit of picked.units) Object.assign(unit, { fate: 'reserved', attempt });
    return picked;
  }

  private transfer(command: Extract<Sourcing, { kind: 'transfer' }>): Expected {
    const picked = this.pick(command, command.from);
    for (const unit of picked.units) unit.pool = command.to;
    return picked;
  }

  private settle(attempt: string, fate: Fate): Expected {
    for (const unit of this.units) if (unit.fate === 'reserved' && unit.attempt === attempt) unit.fate = fate;
    return done();
  }

  private setQuarantine(lotId: string, quarantined: boolean, otherwise: Expected['outcome']): Expected {
    const lot = this.lots.get(lotId);
    if (lot === undefined || !this.isOpen(lotId)) return refused('unknown_lot');
    if (lot.quarantined === quarantined) return refused(otherwise);
    lot.quarantined = quarantined;
    return done();
  }

  private remove({ kind, lotId, quantity }: Removal): Expected {
    if (!this.isOpen(lotId)) return refused('unknown_lot');
    const held = this.units.filter((unit) => unit.lotId === lotId && unit.fate === 'held');
    if (held.length < quantity) return refused('shortage');
    const lowest = held.sort((left, right) => left.serial - right.serial).slice(0, quantity);
    for (const unit of lowest) unit.fate = kind === 'write-off' ? 'writtenOff' : 'returned';
    return done(lowest);
  }
}
