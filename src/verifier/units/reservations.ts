import { Misfit } from '../findings.js';
import { memberOf, textOf, type Members } from '../history/payloads.js';
import { UNIT, type UnitRange } from './lots.js';

interface Reservation {
  readonly pool: string;
  readonly demand: Members;
  readonly units: readonly UnitRange[];
  /** An order names its units; the stock has not confirmed it yet. */
  used: boolean;
}

/** Units set aside, until what they were set aside for came to its end. */
export class Reservations {
  private readonly outstanding = new Map<string, Reservation>();

  /** Reservations that no order has used, and that were not released. */
  get unused(): number {
    return [...this.outstanding.values()].filter(({ used }) => !used).length;
  }

  make(payload: Members, units: readonly UnitRange[]): void {
    const key = keyOf(payload);
    if (this.outstanding.has(key))
      throw new Misfit(
        'recorded_twice',
        `reservation ${textOf(payload, 'reservationId')} is outstanding already`,
      );
    const reservation = {
      pool: textOf(payload, 'pool'),
      demand: memberOf(payload, 'demand'),
      units,
      used: false,
    };
    this.outstanding.set(key, reservation);
  }

  /**
   * The units of a reservation that an order's event uses.
   * @param demand what it must have been made for
   * @throws Misfit where there is none, it was used, or it was made for something else
   */
  use(payload: Members, demand: Members): readonly UnitRange[] {
    const reservation = this.of(payload);
    const id = textOf(payload, 'reservationId');
    if (reservation.used) throw new Misfit('reservation_differs', `reservation ${id} was used before`);
    const differing = Object.keys(demand).find((name) => reservation.demand[name] !== demand[name]);
    if (differing !== undefined || reservation.pool !== payload['pool'])
      throw new Misfit(
        'reservation_differs',
        `reservation ${id} was made for another ${differing ?? 'pool'}`,
      );
    reservation.used = true;
    return reservation.units;
  }

  confirm(payload: Members): void {
    if (!this.of(payload).used)
      throw new Misfit(
        'reservation_differs',
        `reservation ${textOf(payload, 'reservationId')} is confirmed, but no order used it`,
      );
    this.outstanding.delete(keyOf(payload));
  }

  /** The units are held again, in the pool that they were taken from. */
  release(payload: Members): void {
    const { used, units } = this.of(payload);
    if (used)
      throw new Misfit(
        'reservation_differs',
        `reservation ${textOf(payload, 'reservationId')} is released, but an order used it`,
      );
    for (const range of units) {
      range.lot.require(range, UNIT.reserved);
      range.lot.set(range, UNIT.held);
    }
    this.outstanding.delete(keyOf(payload));
  }

  private of(payload: Members): Reservation {
    const found = this.outstanding.get(keyOf(payload));
    if (found === undefined)
      throw new Misfit(
        'reservation_differs',
        `reservation ${textOf(payload, 'reservationId')} is not outstanding`,
      );
    return found;
  }
}

/** A stock's reservations are told apart by their ids. */
function keyOf(payload: Members): string {
  return `${textOf(payload, 'reservationId')}\u0000${textOf(payload, 'sku')}`;
}
