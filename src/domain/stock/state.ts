import { attemptOfReservation } from '../shared/attempt.js';
import { unreachable } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';
import { expiryOfDay, instantOf, type Instant } from '../shared/time.js';
import type { SourcedRange, UnitRange } from '../shared/units.js';
import type { Demand, LotReceived, StockEvent } from './events.js';
import { putIn, takeOut, type HeldRun, type HeldRuns } from './held-units.js';

export interface LotInStock {
  readonly lotId: string;
  /** Its turn in first-in-first-out order: lots are numbered as they open. */
  turn: number;
  readonly supplierId: string;
  readonly unitCost: MoneyText;
  readonly attempt: string;
  readonly expiresAt: Instant | undefined;
  quarantined: boolean;
  /** Parts received so far; the lot is open, its units held, when all are there. */
  partsReceived: number;
  open: boolean;
  heldUnits: number;
  readonly runs: HeldRuns;
  /** Units held by pool, to pass over a lot at a glance. */
  readonly heldByPool: Map<string, number>;
}

export interface Reservation {
  readonly reservationId: string;
  readonly demand: Demand;
  readonly asked: string;
  readonly pool: string;
  readonly units: readonly SourcedRange[];
}

export interface StockState {
  readonly lots: Map<string, LotInStock>;
  /** Open lots that still hold units, in the order of their turns. */
  readonly active: LotInStock[];
  lotsOpened: number;
  /** By attempt: each holds at most one reservation at a time. */
  readonly reservations: Map<string, Reservation>;
  /** Counts what changed the stock, so that a refusal can be told from a repeat of itself. */
  stockVersion: number;
  /** The stock's version at which a demand was last refused, with the code; the newest thousand. */
  readonly refusedDemands: Map<string, string>;
}

const REFUSED_DEMANDS_MAX = 1000;

export function initialStock(): StockState {
  return {
    lots: new Map(),
    active: [],
    lotsOpened: 0,
    reservations: new Map(),
    stockVersion: 0,
    refusedDemands: new Map(),
  };
}

export function demandKey(demand: Demand): string {
  switch (demand.kind) {
    case 'order':
      return JSON.stringify(['order', demand.merchantId, demand.orderNo]);
    case 'refund':
      return JSON.stringify(['refund', demand.merchantId, demand.refundNo]);
    case 'transfer':
      return JSON.stringify(['transfer', demand.to]);
    default:
      return unreachable(demand);
  }
}

/** What a refused demand is remembered as: the same words while neither the stock nor the reason changed. */
export function refusalMark(state: StockState, code: string, requested: number, pool: string): string {
  return JSON.stringify([state.stockVersion, code, requested, pool]);
}

export function evolveStock(state: StockState, event: StockEvent): StockState {
  switch (event.type) {
    case 'ShortageRecorded':
    case 'UnauthorisedSourceRecorded':
      rememberRefusal(state, event);
      return state;
    case 'ReservationConfirmed':
      state.reservations.delete(attemptOfReservation(event.payload.reservationId));
      return state;
    default:
      state.stockVersion += 1;
      changeStock(state, event);
      return state;
  }
}

type StockChange = Exclude<
  StockEvent,
  { type: 'ShortageRecorded' | 'UnauthorisedSourceRecorded' | 'ReservationConfirmed' }
>;

function changeStock(state: StockState, event: StockChange): void {
  switch (event.type) {
    case 'LotReceived':
      return receivePart(state, event);
    case 'UnitsTransferred':
      for (const range of event.payload.units)
        hold(state, range.lotId, { ...takeFromLot(state, range), pool: event.payload.to });
      return;
    case 'UnitsReserved':
      for (const range of event.payload.units) takeFromLot(state, range);
      state.reservations.set(attemptOfReservation(event.payload.reservationId), event.payload);
      return;
    case 'ReservationReleased':
      return giveBack(state, event.payload.reservationId);
    case 'LotQuarantined':
      lotOf(state, event.payload.lotId).quarantined = true;
      return;
    case 'LotReleased':
      lotOf(state, event.payload.lotId).quarantined = false;
      return;
    case 'UnitsWrittenOff':
    case 'UnitsReturned':
      for (const range of event.payload.units) takeFromLot(state, range);
      return;
    default:
      return unreachable(event);
  }
}

function rememberRefusal(
  state: StockState,
  event: Extract<StockEvent, { type: 'ShortageRecorded' | 'UnauthorisedSourceRecorded' }>,
): void {
  const { demand, requested, pool } = event.payload;
  const code = event.type === 'ShortageRecorded' ? 'shortage' : 'unauthorised_source';
  const key = demandKey(demand);
  // Taken out first: a map keeps the place of a key that is set again, and the newest shall be the last to go.
  state.refusedDemands.delete(key);
  state.refusedDemands.set(key, refusalMark(state, code, requested, pool));
  if (state.refusedDemands.size <= REFUSED_DEMANDS_MAX) return;
  const oldest = state.refusedDemands.keys().next();
  if (oldest.done !== true) state.refusedDemands.delete(oldest.value);
}

function lotOf(state: StockState, lotId: string): LotInStock {
  const lot = state.lots.get(lotId);
  if (lot === undefined) throw new RangeError(`lot ${lotId} is not in this stock`);
  return lot;
}

function receivePart(state: StockState, event: LotReceived): void {
  const { payload } = event;
  const lot = state.lots.get(payload.lotId) ?? newLot(payload);
  state.lots.set(payload.lotId, lot);
  for (const run of payload.runs) putIn(lot.runs, heldRun(run, payload.pool));
  lot.partsReceived = payload.part;
  if (payload.part < payload.parts) return;
  state.lotsOpened += 1;
  lot.turn = state.lotsOpened;
  lot.open = true;
  lot.heldUnits = lot.runs.reduce((sum, run) => sum + run.count, 0);
  lot.heldByPool.set(payload.pool, lot.heldUnits);
  state.active.push(lot);
}

function newLot(payload: LotReceived['payload']): LotInStock {
  return {
    lotId: payload.lotId,
    turn: 0,
    supplierId: payload.supplierId,
    unitCost: payload.unitCost,
    attempt: payload.attempt,
    expiresAt: payload.lotExpiresAt === null ? undefined : instantOf(payload.lotExpiresAt),
    quarantined: false,
    partsReceived: 0,
    open: false,
    heldUnits: 0,
    runs: [],
    heldByPool: new Map(),
  };
}

export function heldRun(range: UnitRange, pool: string): HeldRun {
  const expiresAt = range.expiresOn === undefined ? undefined : expiryOfDay(range.expiresOn);
  return { firstSerial: range.firstSerial, count: range.count, pool, expiresOn: range.expiresOn, expiresAt };
}

/** Units leave: issued, moved or written off. */
function takeFromLot(state: StockState, range: UnitRange): HeldRun {
  const lot = lotOf(state, range.lotId);
  const taken = takeOut(lot.runs, range);
  lot.heldUnits -= range.count;
  lot.heldByPool.set(taken.pool, (lot.heldByPool.get(taken.pool) ?? 0) - range.count);
  if (lot.heldUnits === 0) state.active.splice(state.active.indexOf(lot), 1);
  return taken;
}

function hold(state: StockState, lotId: string, run: HeldRun): void {
  const lot = lotOf(state, lotId);
  if (lot.heldUnits === 0) activate(state, lot);
  putIn(lot.runs, run);
  lot.heldUnits += run.count;
  lot.heldByPool.set(run.pool, (lot.heldByPool.get(run.pool) ?? 0) + run.count);
}

function activate(state: StockState, lot: LotInStock): void {
  let index = state.active.length;
  while (index > 0 && (state.active[index - 1] as LotInStock).turn > lot.turn) index -= 1;
  state.active.splice(index, 0, lot);
}

function giveBack(state: StockState, reservationId: string): void {
  const reservation = outstandingReservation(state, reservationId);
  if (reservation === undefined) throw new RangeError(`reservation ${reservationId} is not outstanding`);
  for (const range of reservation.units) hold(state, range.lotId, heldRun(range, reservation.pool));
  state.reservations.delete(attemptOfReservation(reservationId));
}

/** The reservation of an id, while it is neither confirmed nor released. */
export function outstandingReservation(state: StockState, reservationId: string): Reservation | undefined {
  const held = state.reservations.get(attemptOfReservation(reservationId));
  return held?.reservationId === reservationId ? held : undefined;
}
