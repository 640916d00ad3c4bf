import { instantOf } from '../../domain/shared/time.js';
import { unitCount, type UnitRange } from '../../domain/shared/units.js';
import type { Handlers } from '../read-model.js';
import type { Movement } from './movements.js';
import type { Writers } from './writers.js';

function keysOf(range: UnitRange): Pick<Movement, 'lotId' | 'firstSerial' | 'count'> {
  return { lotId: range.lotId, firstSerial: range.firstSerial, count: range.count };
}

/** What happens to keys while they are held. */
export function stockHandlers({ tables, movements, keep, counter }: Writers) {
  const receive = tables.prepare<{ accepted: number }>(
    'UPDATE lots SET pool = ?, received_sequence = ?, received_at = ? WHERE lot_id = ? AND attempt = ? RETURNING accepted',
  );
  return {
    LotReceived: (event, place) => {
      const { lotId, attempt, pool, part, parts } = event.event.payload;
      if (part < parts) return;
      keep(event, place);
      const receivedAt = instantOf(event.context.occurredAt);
      const lot = receive.get(pool, place.sequence, receivedAt, lotId, attempt);
      if (lot === undefined) {
        throw new RangeError(`lot ${lotId} was received, but its import ${attempt} was never completed`);
      }
      counter.add(
        { sequence: place.sequence, context: event.context },
        { lots: 1, keysReceived: lot.accepted },
      );
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
      counter.add({ sequence: place.sequence, context: event.context }, { keysWrittenOff: unitCount(units) });
    },
    UnitsReturned: (event, place) => {
      const { reason, units } = event.event.payload;
      keep(event, place);
      for (const range of units)
        movements.add({ kind: 'returned', ...keysOf(range), detail: reason }, place.sequence);
      counter.add({ sequence: place.sequence, context: event.context }, { keysReturned: unitCount(units) });
    },
  } satisfies Handlers;
}
