import type { EventOf } from '../../domain/events.js';
import { instantOf } from '../../domain/shared/time.js';
import { unitCount, type SourcedRange } from '../../domain/shared/units.js';
import type { Handlers } from '../read-model.js';
import type { Movement } from './movements.js';
import type { Writers } from './writers.js';

/** [lot, first serial, count, authorisation]: keys of consecutive places, as an order's row keeps them. */
export type StoredUnits = readonly [
  lotId: string,
  firstSerial: number,
  count: number,
  authorisationId: string,
];

/** A settled place, as a settlement's row keeps it: its void key and the one that took its place. */
export type StoredPlace = readonly [
  place: number,
  voided: readonly [lotId: string, serial: number],
  replacement: readonly [lotId: string, serial: number, authorisationId: string] | null,
];

/** What happens to keys with and after their order. */
export function orderHandlers({ tables, movements, keep, counter }: Writers) {
  const insertOrder = tables.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const insertSettlement = tables.prepare('INSERT INTO settlements VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const findOrder = tables.prepare<{ sequence: number }>(
    'SELECT sequence FROM orders WHERE merchant_id = ? AND order_no = ?',
  );

  function orderSequence(merchantId: string, orderNo: string): number {
    const row = findOrder.get(merchantId, orderNo);
    if (row === undefined) throw new RangeError(`merchant ${merchantId} has no fulfilled order ${orderNo}`);
    return row.sequence;
  }

  return {
    OrderFulfilled: (event, place) => {
      const { merchantId, orderNo, sku, pool, quantity, unitPrice, units } = event.event.payload;
      const { sequence } = place;
      keep(event, place);
      const occurredAt = instantOf(event.context.occurredAt);
      const price = [unitPrice.amount, unitPrice.currency] as const;
      const stored = JSON.stringify(units.map(storedUnits));
      insertOrder.run(sequence, merchantId, orderNo, sku, pool, quantity, ...price, occurredAt, stored);
      let firstPlace = 1;
      for (const range of units) {
        movements.add({ ...issueOf(range), orderSequence: sequence, place: firstPlace }, sequence);
        firstPlace += range.count;
      }
      counter.add({ sequence, context: event.context }, { orders: 1, keysIssued: unitCount(units) });
    },
    UnitsSettled: (event, place) => {
      const { merchantId, orderNo, refundNo, reason, remedy, places } = event.event.payload;
      const { sequence } = place;
      keep(event, place);
      const order = orderSequence(merchantId, orderNo);
      const occurredAt = instantOf(event.context.occurredAt);
      const stored = JSON.stringify(places.map(storedPlace));
      insertSettlement.run(sequence, order, merchantId, refundNo, reason, remedy, occurredAt, stored);
      const kind = remedy === 'refund' ? 'refunded' : 'replaced';
      counter.add({ sequence, context: event.context }, settledCounts(event.event.payload));
      for (const settled of places) {
        const at = { orderSequence: order, place: settled.place };
        const { lotId, firstSerial, count } = settled.voided;
        movements.add({ kind, lotId, firstSerial, count, ...at, detail: reason }, sequence);
        if (settled.replacement !== null) movements.add({ ...issueOf(settled.replacement), ...at }, sequence);
      }
    },
    KeysRevealed: (event, place) => {
      const { merchantId, orderNo, purpose, keys } = event.event.payload;
      keep(event, place);
      const order = orderSequence(merchantId, orderNo);
      for (const run of revealedRuns(keys)) {
        movements.add({ kind: 'revealed', ...run, orderSequence: order, detail: purpose }, place.sequence);
      }
      counter.add({ sequence: place.sequence, context: event.context }, { keysRevealed: keys.length });
    },
  } satisfies Handlers;
}

function settledCounts({ remedy, places }: EventOf<'UnitsSettled'>['payload']) {
  const voided = unitCount(places.map((settled) => settled.voided));
  const issued = unitCount(places.flatMap(({ replacement }) => replacement ?? []));
  return { [remedy === 'refund' ? 'refunds' : 'replacements']: 1, keysVoided: voided, keysIssued: issued };
}

function issueOf(range: SourcedRange): Movement {
  const { lotId, firstSerial, count, authorisationId } = range;
  return { kind: 'issued', lotId, firstSerial, count, authorisationId };
}

function storedUnits(range: SourcedRange): StoredUnits {
  return [range.lotId, range.firstSerial, range.count, range.authorisationId];
}

function storedPlace(settled: EventOf<'UnitsSettled'>['payload']['places'][number]): StoredPlace {
  const { place, voided, replacement } = settled;
  return [
    place,
    [voided.lotId, voided.firstSerial],
    replacement === null ? null : [replacement.lotId, replacement.firstSerial, replacement.authorisationId],
  ];
}

type RevealedKey = EventOf<'KeysRevealed'>['payload']['keys'][number];

/** Keys on consecutive places with consecutive serials, as ranges; a key that is named twice counts once. */
function revealedRuns(keys: readonly RevealedKey[]) {
  const runs: { lotId: string; firstSerial: number; count: number; place: number }[] = [];
  const ordered = [...keys].sort((a, b) => a.place - b.place || a.serial - b.serial);
  for (const { place, lotId, serial } of ordered) {
    const last = runs.at(-1);
    const step = last === undefined || last.lotId !== lotId ? -1 : serial - last.firstSerial;
    if (last !== undefined && step === last.count && place === last.place + step) last.count += 1;
    else if (last === undefined || step !== last.count - 1)
      runs.push({ lotId, firstSerial: serial, count: 1, place });
  }
  return runs;
}
