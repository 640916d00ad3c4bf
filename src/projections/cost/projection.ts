import { instantOf } from '../../domain/shared/time.js';
import type { UnitRange } from '../../domain/shared/units.js';
import type { Handlers, ReadModel } from '../read-model.js';
import { PendingParts } from '../shared/pending-parts.js';
import type { Tables } from '../shared/tables.js';
import { CostJournal } from './journal.js';
import type { Line } from './lines.js';
import { claimed, costOf, issued, mergeLines, posting, revenue } from './lines.js';
import { CostQueries } from './queries.js';
import type { CostQuestions } from './questions.js';
import { COST_SCHEMA } from './schema.js';

/** What the goods cost and brought in, exactly, by SKU, lot, supplier, merchant and day. */
export const cost: ReadModel<CostQuestions> = {
  name: 'cost',
  version: 4,
  schema: COST_SCHEMA,
  open: (tables) => {
    const journal = new CostJournal(tables);
    return {
      on: { ...stockHandlers(tables, journal), ...orderHandlers(journal) },
      flush: () => journal.flush(),
    };
  },
  questions: (tables) => new CostQueries(tables),
};

interface LotRow {
  sku: string;
  supplier_id: string;
  unit_cost: string;
  currency: string;
}

function stockHandlers(tables: Tables, journal: CostJournal) {
  const parts = new PendingParts(tables);
  const insertLot = tables.prepare('INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?, ?)');
  const findLot = tables.prepare<LotRow>('SELECT * FROM lots WHERE lot_id = ?');

  function removed(range: UnitRange, account: 'inventoryLosses' | 'returnedToSupplier'): Line {
    const lot = findLot.get(range.lotId);
    if (lot === undefined)
      throw new Error(`units of lot ${range.lotId} left the stock, which never received it`);
    const amount = costOf(range.count, { amount: lot.unit_cost, currency: lot.currency });
    return posting(
      {
        sku: lot.sku,
        lotId: range.lotId,
        supplierId: lot.supplier_id,
        merchantId: '',
        currency: lot.currency,
      },
      { onHandUnits: -range.count, onHandCost: -amount, [account]: amount },
    );
  }

  return {
    LotReceived: ({ event: { payload: lot }, context }, { sequence }) => {
      const whole = parts.receive(lot);
      if (whole === undefined) return;
      const { lotId, sku, supplierId, unitCost } = lot;
      const receivedAt = instantOf(context.occurredAt);
      insertLot.run(lotId, sku, supplierId, unitCost.amount, unitCost.currency, sequence, receivedAt);
      const units = whole.reduce((sum, part) => sum + part.units, 0);
      const subject = { sku, lotId, supplierId, merchantId: '', currency: unitCost.currency };
      const line = posting(subject, { onHandUnits: units, onHandCost: costOf(units, unitCost) });
      journal.record([line], context, sequence);
    },
    UnitsWrittenOff: ({ event: { payload }, context }, { sequence }) => {
      journal.record(
        mergeLines(payload.units.map((range) => removed(range, 'inventoryLosses'))),
        context,
        sequence,
      );
    },
    UnitsReturned: ({ event: { payload }, context }, { sequence }) => {
      journal.record(
        mergeLines(payload.units.map((range) => removed(range, 'returnedToSupplier'))),
        context,
        sequence,
      );
    },
  } satisfies Handlers;
}

function orderHandlers(journal: CostJournal) {
  return {
    OrderFulfilled: ({ event: { payload: order }, context }, { sequence }) => {
      const lines = order.units.flatMap((range) => [
        issued(order, range),
        revenue(order, range, costOf(range.count, order.unitPrice)),
      ]);
      journal.record(mergeLines(lines), context, sequence);
    },
    UnitsSettled: ({ event: { payload: settled }, context }, { sequence }) => {
      const lines = settled.places.flatMap(({ voided, replacement }) => [
        ...(settled.reason === 'bad_key' ? [claimed(settled, voided)] : []),
        replacement === null
          ? revenue(settled, voided, -costOf(voided.count, settled.unitPrice))
          : issued(settled, replacement),
      ]);
      journal.record(mergeLines(lines), context, sequence);
    },
  } satisfies Handlers;
}
