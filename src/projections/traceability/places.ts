import type { StoredPlace, StoredUnits } from './order-handlers.js';
import type { OrderUnits, Role } from './questions.js';

/** One key that fills or filled a place of an order. */
export interface PlacedKey {
  readonly place: number;
  readonly role: Role;
  readonly lotId: string;
  readonly serial: number;
  readonly authorisationId: string;
  state: 'issued' | 'void';
}

/**
 * Every key that each place ever had, by place and then in the order they came.
 * @param isWhole false where settlements may be missing because they occurred after the moment asked about: one that
 * settles what an unknown one brought is passed over
 */
export function keysOfPlaces(
  units: readonly StoredUnits[],
  settled: readonly StoredPlace[],
  { isWhole }: { readonly isWhole: boolean },
): readonly PlacedKey[] {
  const places: PlacedKey[][] = [];
  for (const [lotId, firstSerial, count, authorisationId] of units) {
    for (let step = 0; step < count; step += 1) {
      const place = places.length + 1;
      places.push([
        { place, role: 'issued', lotId, serial: firstSerial + step, authorisationId, state: 'issued' },
      ]);
    }
  }
  for (const each of settled) {
    if (settle(places[each[0] - 1], each) || !isWhole) continue;
    throw new RangeError(
      `place ${each[0]} was settled for a key that is not there; rebuild the traceability read model`,
    );
  }
  return places.flat();
}

/** False where the key that is settled is not the one that the place holds. */
function settle(keys: PlacedKey[] | undefined, [place, voided, replacement]: StoredPlace): boolean {
  const present = keys?.at(-1);
  if (keys === undefined || present?.lotId !== voided[0] || present.serial !== voided[1]) return false;
  present.state = 'void';
  if (replacement === null) return true;
  const [lotId, serial, authorisationId] = replacement;
  keys.push({ place, role: 'replacement', lotId, serial, authorisationId, state: 'issued' });
  return true;
}

/** The same keys as ranges: consecutive places with consecutive serials that share everything else. */
export function rangesOf(keys: readonly PlacedKey[]): readonly OrderUnits[] {
  const ranges: (OrderUnits & { count: number })[] = [];
  for (const key of keys) {
    const last = ranges.at(-1);
    if (last !== undefined && continues(last, key)) {
      last.count += 1;
      continue;
    }
    const { place, role, lotId, serial, authorisationId, state } = key;
    ranges.push({ firstPlace: place, lotId, firstSerial: serial, count: 1, authorisationId, role, state });
  }
  return ranges;
}

function continues(range: OrderUnits, key: PlacedKey): boolean {
  return (
    range.firstPlace + range.count === key.place &&
    range.firstSerial + range.count === key.serial &&
    range.lotId === key.lotId &&
    range.role === key.role &&
    range.state === key.state &&
    range.authorisationId === key.authorisationId
  );
}
