import { unreachable } from '../shared/event.js';
import type { MoneyText } from '../shared/money.js';
import type { SourcedRange } from '../shared/units.js';
import type { OrderConflictRecorded, OrderEvent, UnitsSettled } from './events.js';

export interface Place {
  /** The key that holds the place now, or held it last: a range of one unit. */
  unit: SourcedRange;
  /** Its price was paid back: settled for good. */
  settled: boolean;
}

export interface FulfilledOrder {
  readonly sku: string;
  readonly pool: string;
  readonly quantity: number;
  readonly unitPrice: MoneyText;
  readonly reservationId: string;
  readonly units: readonly SourcedRange[];
}

export interface OrderState {
  /** The revision that the stream's next event will have. */
  nextRevision: number;
  fulfilled: FulfilledOrder | undefined;
  /** From place 1 on, at index 0. */
  readonly places: Place[];
  /** What each refund did here, by refund number. */
  readonly settlements: Map<string, UnitsSettled['payload']>;
  /** Other bodies that came for the number, as canonical JSON: a repeat is no new fact. At most sixteen. */
  readonly conflicts: Set<string>;
}

const CONFLICTS_MAX = 16;

/** One form for one offered body. */
export function offeredText(offered: OrderConflictRecorded['payload']['offered']): string {
  return JSON.stringify([offered.sku, offered.quantity, offered.unitPrice, offered.pool]);
}

export function initialOrder(): OrderState {
  return { nextRevision: 0, fulfilled: undefined, places: [], settlements: new Map(), conflicts: new Set() };
}

export function evolveOrder(state: OrderState, event: OrderEvent): OrderState {
  state.nextRevision += 1;
  switch (event.type) {
    case 'OrderFulfilled':
      state.fulfilled = event.payload;
      for (const range of event.payload.units) {
        for (let unit = 0; unit < range.count; unit += 1)
          state.places.push({ unit: unitOf(range, unit), settled: false });
      }
      return state;
    case 'UnitsSettled':
      return settle(state, event.payload);
    case 'OrderConflictRecorded':
      remember(state.conflicts, offeredText(event.payload.offered));
      return state;
    case 'OrderAttemptAbandoned':
    case 'KeysRevealed':
      return state;
    default:
      return unreachable(event);
  }
}

/** One unit of a range, with its source. */
export function unitOf(range: SourcedRange, offset: number): SourcedRange {
  return { ...range, firstSerial: range.firstSerial + offset, count: 1 };
}

function settle(state: OrderState, settlement: UnitsSettled['payload']): OrderState {
  state.settlements.set(settlement.refundNo, settlement);
  for (const { place, replacement } of settlement.places) {
    const held = state.places[place - 1] as Place;
    if (replacement === null) held.settled = true;
    else held.unit = replacement;
  }
  return state;
}

/** The newest sixteen are remembered. */
function remember(conflicts: Set<string>, offered: string): void {
  conflicts.delete(offered);
  conflicts.add(offered);
  if (conflicts.size <= CONFLICTS_MAX) return;
  const oldest = conflicts.values().next();
  if (oldest.done !== true) conflicts.delete(oldest.value);
}
