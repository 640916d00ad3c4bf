import type { UnitRange } from '../../domain/shared/units.js';
import type { Handlers } from '../read-model.js';
import type { Tables } from '../shared/tables.js';
import type { KeepFact } from './facts.js';
import type { Movement, Movements } from './movements.js';

function keysOf(range: UnitRange): Pick<Movement, 'lotId' | 'firstSerial' | 'count'> {
  return { lotId: range.lotId, firstSerial: range.firstSerial, count: range.count };
}

/** What happens to keys while they are held. */
export function stockHandlers(tables: Tables, movements: Movements, keep: KeepFact) {
  const receive = tables.prepare<{ lot_number: number }>(
    'UPDATE lots SET pool = ?, received_sequence = ? WHERE lot_id = ? AND attempt = ? RETURNING lot_number',
  );
  return {
    LotReceived: (event, place) => {
      const { lotId, attempt, pool, part, parts } = event.event.payload;
      if (part < parts) return;
      keep(event, place);
      if (receive.get(pool, place.sequence, lotId, attempt) === undefined) {
        throw new RangeError(`lot ${lotId} was received, but its import ${attempt} was never completed`);
      }
    },
    UnitsTransferred: (event, place) => {
      const { to, units } = event.event.payload;
      keep(event, place);
      for (const range of units)
        movements.add({ kind: 'moved', ...keysOf(range), detail: to }, place.sequence);
    },
    UnitsWrittenOff: (event, place) => {
      const { reason, units } = event.event.payload;
      keep(event, place);
      for (const range of units)
        movements.add({ kind: 'writtenOff', ...keysOf(range), detail: reason }, place.sequence);
    },
    UnitsReturned: (event, place) => {
      const { reason, units } = event.event.payload;
      keep(event, place);
      for (const range of units)
        movements.add({ kind: 'returned', ...keysOf(range), detail: reason }, place.sequence);
    },
  } satisfies Handlers;
}
