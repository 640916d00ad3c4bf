import { reservationIdOf } from '../shared/attempt.js';
import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable, type Seen } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';
import { Refusal } from '../shared/refusal.js';
import type { Instant } from '../shared/time.js';
import type { SourcedRange, UnitRange } from '../shared/units.js';
import type { Demand, ReservationReleased, StockEvent } from './events.js';
import { countFree, pickFree, pickLowest, type AuthorisationOf } from './pick.js';
import { stockSnapshot } from './snapshot.js';
import {
  demandKey,
  evolveStock,
  initialStock,
  outstandingReservation,
  refusalMark,
  type LotInStock,
  type StockState,
} from './state.js';

/** What may be asked of one product's stock. Times and authorisations come with the question. */
export type StockCommand =
  | ({ readonly kind: 'receive' } & ReceivePart)
  | ({
      readonly kind: 'transfer';
      readonly from: string;
      readonly to: string;
      readonly quantity: number;
    } & Sourcing)
  | ({ readonly kind: 'reserve' } & ReserveUnits & Sourcing)
  | { readonly kind: 'confirm'; readonly sku: string; readonly reservationId: string }
  | {
      readonly kind: 'release';
      readonly sku: string;
      readonly reservationId: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'quarantine' | 'end-quarantine';
      readonly lotId: string;
      readonly sku: string;
      readonly reason: string | null;
    }
  | ({ readonly kind: 'write-off' | 'return' } & RemoveUnits);

interface Sourcing {
  readonly sku: string;
  readonly at: Instant;
  readonly authorisationOf: AuthorisationOf;
  readonly saw: readonly Seen[];
}

export interface ReceivePart {
  readonly lotId: string;
  readonly sku: string;
  readonly poId: string;
  readonly supplierId: string;
  readonly unitCost: MoneyText;
  readonly lotExpiresAt: string | null;
  readonly attempt: string;
  readonly pool: string;
  readonly part: number;
  readonly parts: number;
  readonly runs: readonly UnitRange[];
}

export interface ReserveUnits {
  /** What the units are for, bound to the order's next revision. */
  readonly attempt: string;
  readonly demand: Demand;
  readonly asked: string;
  readonly pool: string;
  readonly quantity: number;
}

interface RemoveUnits {
  readonly lotId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly reason: string | null;
}

export type StockAnswer =
  | Done
  | { readonly kind: 'reserved'; readonly reservationId: string; readonly units: readonly SourcedRange[] }
  /** The same attempt holds units for something else that was asked: settle it first. */
  | { readonly kind: 'occupied'; readonly reservationId: string };

type StockDecision = Decision<StockEvent, StockAnswer>;

function decide(state: StockState, command: StockCommand): StockDecision {
  switch (command.kind) {
    case 'receive':
      return receive(state, command);
    case 'transfer':
      return transfer(state, command);
    case 'reserve':
      return reserve(state, command);
    case 'confirm':
      return settle(state, command.reservationId, {
        type: 'ReservationConfirmed',
        schemaVersion: 1,
        payload: { sku: command.sku, reservationId: command.reservationId },
      });
    case 'release':
      return settle(state, command.reservationId, released(command));
    case 'quarantine':
      return quarantine(state, command);
    case 'end-quarantine':
      return endQuarantine(state, command);
    case 'write-off':
    case 'return':
      return remove(state, command);
    default:
      return unreachable(command);
  }
}

/** A part that is there already is a resumed import's; one that would leave a gap, or another import's, is a fault. */
function receive(state: StockState, command: ReceivePart): StockDecision {
  const lot = state.lots.get(command.lotId);
  if (lot !== undefined && lot.attempt !== command.attempt) {
    throw new RangeError(`lot ${command.lotId} came with import ${lot.attempt}, not ${command.attempt}`);
  }
  const received = lot?.partsReceived ?? 0;
  if (command.part <= received) return accept([], DONE);
  if (command.part > received + 1) {
    throw new RangeError(`part ${command.part} of lot ${command.lotId} came before part ${received + 1}`);
  }
  const { lotId, sku, poId, supplierId, unitCost, lotExpiresAt, attempt, pool, part, parts, runs } = command;
  const payload = { lotId, sku, poId, supplierId, unitCost, lotExpiresAt, attempt, pool, part, parts, runs };
  return accept([{ type: 'LotReceived', schemaVersion: 1, payload }], DONE);
}

function transfer(state: StockState, command: Extract<StockCommand, { kind: 'transfer' }>): StockDecision {
  const { sku, from, to, quantity, saw } = command;
  const picked = pickFree(state, { pool: from, quantity, at: command.at }, command.authorisationOf);
  if (picked.count < quantity)
    return unmet(state, { ...command, pool: from, demand: { kind: 'transfer', to } });
  return accept(
    [
      {
        type: 'UnitsTransferred',
        schemaVersion: 1,
        payload: { sku, from, to, quantity, units: withoutSource(picked.ranges), saw },
      },
    ],
    DONE,
  );
}

function withoutSource(ranges: readonly SourcedRange[]): UnitRange[] {
  return ranges.map(({ lotId, firstSerial, count, expiresOn }) =>
    expiresOn === undefined ? { lotId, firstSerial, count } : { lotId, firstSerial, count, expiresOn },
  );
}

function reserve(state: StockState, command: Extract<StockCommand, { kind: 'reserve' }>): StockDecision {
  const { sku, attempt, demand, asked, pool, quantity, saw } = command;
  const outstanding = state.reservations.get(attempt);
  if (outstanding !== undefined) {
    const { reservationId, units } = outstanding;
    const carriedOn = outstanding.asked === asked;
    return accept(
      [],
      carriedOn ? { kind: 'reserved', reservationId, units } : { kind: 'occupied', reservationId },
    );
  }
  const picked = pickFree(state, { pool, quantity, at: command.at }, command.authorisationOf);
  if (picked.count < quantity) return unmet(state, command);
  const reservationId = reservationIdOf(attempt, state.stockVersion);
  const payload = { sku, reservationId, demand, asked, pool, quantity, units: picked.ranges, saw };
  return accept([{ type: 'UnitsReserved', schemaVersion: 1, payload }], {
    kind: 'reserved',
    reservationId,
    units: picked.ranges,
  });
}

/** Shortage, or enough but from sources that are not authorised. A repeat while nothing changed records no second fact. */
function unmet(
  state: StockState,
  command: Sourcing & { pool: string; quantity: number; demand: Demand },
): StockDecision {
  const { sku, pool, demand, quantity, saw } = command;
  const { free, authorised } = countFree(state, command, command.authorisationOf);
  const code = free >= quantity ? 'unauthorised_source' : 'shortage';
  const refusal = unmetRefusal(code, sku, pool);
  if (state.refusedDemands.get(demandKey(demand)) === refusalMark(state, code, quantity, pool))
    return refuse(refusal);
  const type = code === 'shortage' ? 'ShortageRecorded' : 'UnauthorisedSourceRecorded';
  return refuse<StockEvent>(refusal, {
    type,
    schemaVersion: 1,
    payload: { sku, pool, demand, requested: quantity, free, authorised, saw },
  });
}

function unmetRefusal(code: 'shortage' | 'unauthorised_source', sku: string, pool: string): Refusal {
  return code === 'shortage'
    ? new Refusal(
        code,
        `pool ${pool} has too few free units of ${sku}; receive or transfer some, or ask for fewer`,
      )
    : new Refusal(
        code,
        `pool ${pool} has too few units of ${sku} from suppliers authorised now; renew an authorisation or receive from another source`,
      );
}

function released(command: { sku: string; reservationId: string; reason: string }): ReservationReleased {
  const { sku, reservationId, reason } = command;
  return { type: 'ReservationReleased', schemaVersion: 1, payload: { sku, reservationId, reason } };
}

function settle(state: StockState, reservationId: string, event: StockEvent): StockDecision {
  return accept(outstandingReservation(state, reservationId) === undefined ? [] : [event], DONE);
}

function openLot(state: StockState, lotId: string): LotInStock | undefined {
  const lot = state.lots.get(lotId);
  return lot?.open === true ? lot : undefined;
}

export function unknownLot(lotId: string): Refusal {
  return new Refusal('unknown_lot', `no lot ${lotId} was received; check the lot's id`);
}

function quarantine(
  state: StockState,
  command: { lotId: string; sku: string; reason: string | null },
): StockDecision {
  const { lotId, sku, reason } = command;
  const lot = openLot(state, lotId);
  if (lot === undefined) return refuse(unknownLot(lotId));
  if (lot.quarantined)
    return refuse(new Refusal('already_quarantined', `lot ${lotId} is in quarantine already`));
  return accept([{ type: 'LotQuarantined', schemaVersion: 1, payload: { lotId, sku, reason } }], DONE);
}

function endQuarantine(
  state: StockState,
  command: { lotId: string; sku: string; reason: string | null },
): StockDecision {
  const { lotId, sku, reason } = command;
  const lot = openLot(state, lotId);
  if (lot === undefined) return refuse(unknownLot(lotId));
  if (!lot.quarantined) return refuse(new Refusal('not_quarantined', `lot ${lotId} is not in quarantine`));
  return accept([{ type: 'LotReleased', schemaVersion: 1, payload: { lotId, sku, reason } }], DONE);
}

function remove(state: StockState, command: RemoveUnits & { kind: 'write-off' | 'return' }): StockDecision {
  const { kind, lotId, sku, quantity, reason } = command;
  const lot = openLot(state, lotId);
  if (lot === undefined) return refuse(unknownLot(lotId));
  const picked = pickLowest(lot, quantity);
  if (picked.count < quantity) {
    return refuse(new Refusal('shortage', `lot ${lotId} holds ${picked.count} units, not ${quantity}`));
  }
  const type = kind === 'write-off' ? 'UnitsWrittenOff' : 'UnitsReturned';
  return accept<StockEvent, StockAnswer>(
    [{ type, schemaVersion: 1, payload: { lotId, sku, quantity, reason, units: picked.ranges } }],
    DONE,
  );
}

/** A reservation does not settle what a repeated command gets: it may have been released since. */
function recall(events: readonly StockEvent[]): StockAnswer | Refusal | undefined {
  const event = events.at(-1);
  switch (event?.type) {
    case 'ShortageRecorded':
      return unmetRefusal('shortage', event.payload.sku, event.payload.pool);
    case 'UnauthorisedSourceRecorded':
      return unmetRefusal('unauthorised_source', event.payload.sku, event.payload.pool);
    case undefined:
    case 'UnitsReserved':
    case 'ReservationConfirmed':
    case 'ReservationReleased':
      return undefined;
    case 'LotReceived':
    case 'UnitsTransferred':
    case 'LotQuarantined':
    case 'LotReleased':
    case 'UnitsWrittenOff':
    case 'UnitsReturned':
      return DONE;
    default:
      return unreachable(event);
  }
}

export const stock: Decider<StockState, StockCommand, StockEvent, StockAnswer> = {
  category: 'stock',
  initial: initialStock,
  decide,
  evolve: evolveStock,
  recall,
  snapshot: stockSnapshot,
};
