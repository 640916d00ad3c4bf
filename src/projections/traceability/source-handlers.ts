import { instantOf } from '../../domain/shared/time.js';
import type { Handlers } from '../read-model.js';
import type { Tables } from '../shared/tables.js';
import type { Writers } from './writers.js';

/** Purchase orders, what was received on them, and the key files that it came in. */
export function sourceHandlers(writers: Writers) {
  return { ...purchaseHandlers(writers), ...importHandlers(writers.tables) } satisfies Handlers;
}

function purchaseHandlers({ tables, keep, counter }: Writers) {
  const placed = tables.prepare('INSERT INTO purchase_orders VALUES (?, ?, ?)');
  const line = tables.prepare('INSERT INTO purchase_order_lines VALUES (?, ?, ?, ?, ?, ?, ?)');
  const receipt = tables.prepare('INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)');
  const cancel = tables.prepare(
    'UPDATE receipts SET cancelled_sequence = ?, cancelled_at = ? WHERE po_id = ? AND sku = ? AND lot_id = ? AND attempt = ?',
  );
  return {
    PurchaseOrderPlaced: (event, place) => {
      const { poId, supplierId, lines } = event.event.payload;
      keep(event, place);
      placed.run(place.sequence, poId, supplierId);
      counter.add({ sequence: place.sequence, context: event.context }, { purchaseOrders: 1 });
      lines.forEach(({ sku, quantity, unitCost, authorisationId }, index) => {
        line.run(poId, index + 1, sku, quantity, unitCost.amount, unitCost.currency, authorisationId);
      });
    },
    LotReceiptRecorded: ({ event: { payload }, context }, { sequence }) => {
      const { poId, sku, lotId, attempt, accepted } = payload;
      receipt.run(poId, sku, lotId, attempt, accepted, sequence, instantOf(context.occurredAt));
    },
    LotReceiptCancelled: ({ event: { payload }, context }, { sequence }) => {
      const cancelledAt = instantOf(context.occurredAt);
      cancel.run(sequence, cancelledAt, payload.poId, payload.sku, payload.lotId, payload.attempt);
    },
  } satisfies Handlers;
}

function importHandlers(tables: Tables) {
  const chunk = tables.prepare('INSERT INTO chunks VALUES (?, ?, ?, ?, ?)');
  const forget = tables.prepare('DELETE FROM chunks WHERE lot_id = ? AND attempt = ?');
  const bought = tables.prepare<{ authorisation_id: string }>(
    'SELECT authorisation_id FROM purchase_order_lines WHERE po_id = ? AND sku = ?',
  );
  const lot = tables.prepare(
    `INSERT INTO lots (lot_id, attempt, sku, po_id, supplier_id, authorisation_id, unit_cost, currency, expires_at,
       file_name, file_sha256, file_bytes, counts, accepted)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    KeysRegistered: ({ event: { payload } }) => {
      const { lotId, attempt, firstSerial, lineRuns, expiryRuns } = payload;
      chunk.run(lotId, attempt, firstSerial, JSON.stringify(lineRuns), JSON.stringify(expiryRuns));
    },
    ImportAbandoned: ({ event: { payload } }) => {
      forget.run(payload.lotId, payload.attempt);
    },
    ImportCompleted: ({ event: { payload } }) => {
      const { lotId, attempt, sku, poId, supplierId, unitCost, lotExpiresAt, file, counts } = payload;
      const authorisation = bought.get(poId, sku);
      if (authorisation === undefined)
        throw new RangeError(`lot ${lotId} came on ${poId}, which has no line of ${sku}`);
      const terms = [lotId, attempt, sku, poId, supplierId, authorisation.authorisation_id] as const;
      const received = [
        unitCost.amount,
        unitCost.currency,
        lotExpiresAt,
        file.name,
        file.sha256,
        file.bytes,
      ] as const;
      lot.run(...terms, ...received, JSON.stringify(counts), counts.accepted);
    },
  } satisfies Handlers;
}
