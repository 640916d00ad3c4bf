import type { UnitRange } from '../../domain/shared/units.js';
import { instantOf } from '../../domain/shared/time.js';
import type { Handlers, ReadModel } from '../read-model.js';
import { PendingParts } from '../shared/pending-parts.js';
import { standingHandlers } from '../shared/standing-tables.js';
import type { Tables } from '../shared/tables.js';
import type { AccountKey, AccountState } from './journal.js';
import { Journal } from './journal.js';
import { InventoryQueries } from './queries.js';
import type { InventoryQuestions } from './questions.js';
import { INVENTORY_SCHEMA } from './schema.js';

/** Units by SKU, lot and pool, and what became of them. */
export const inventory: ReadModel<InventoryQuestions> = {
  name: 'inventory',
  version: 3,
  schema: INVENTORY_SCHEMA,
  open: (tables) => {
    const journal = new Journal(tables);
    return {
      on: {
        ...standingHandlers(tables),
        ...masterHandlers(tables),
        ...stockHandlers(tables, journal),
        ...orderHandlers(journal),
      },
      flush: () => journal.flush(),
    };
  },
  questions: (tables) => new InventoryQueries(tables),
};

function held(sku: string, pool: string, range: UnitRange): AccountKey {
  return { sku, lotId: range.lotId, state: 'held', pool, expiresOn: range.expiresOn ?? '' };
}

function gone(sku: string, state: Exclude<AccountState, 'held'>, lotId: string): AccountKey {
  return { sku, lotId, state, pool: '', expiresOn: '' };
}

function masterHandlers(tables: Tables) {
  const insert = tables.prepare('INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    ProductDefined: ({ event: { payload: product }, context }, { sequence }) => {
      const { sku, name, category, productClass, fulfilment, faceValue, currency } = product;
      const terms = [sku, name, category, productClass, fulfilment, faceValue, currency];
      insert.run(...terms, sequence, instantOf(context.occurredAt));
    },
  } satisfies Handlers;
}

function stockHandlers(tables: Tables, journal: Journal) {
  const parts = new PendingParts(tables);
  const insertLot = tables.prepare('INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?)');
  return {
    LotReceived: ({ event: { payload: lot }, context }, { sequence }) => {
      const whole = parts.receive(lot);
      if (whole === undefined) return;
      const expiresAt = lot.lotExpiresAt === null ? null : instantOf(lot.lotExpiresAt);
      const receivedAt = instantOf(context.occurredAt);
      insertLot.run(lot.lotId, lot.sku, lot.supplierId, expiresAt, sequence, receivedAt);
      for (const { expiresOn, units } of whole) {
        journal.add(
          { sku: lot.sku, lotId: lot.lotId, state: 'held', pool: lot.pool, expiresOn },
          units,
          sequence,
        );
      }
      journal.record(context, sequence);
    },
    UnitsTransferred: ({ event: { payload: transfer }, context }, { sequence }) => {
      for (const range of transfer.units) {
        journal.add(held(transfer.sku, transfer.from, range), -range.count, sequence);
        journal.add(held(transfer.sku, transfer.to, range), range.count, sequence);
      }
      journal.record(context, sequence);
    },
    UnitsWrittenOff: ({ event: { payload: loss }, context }, { sequence }) => {
      for (const range of loss.units) {
        journal.add(held(loss.sku, range.pool, range), -range.count, sequence);
        journal.add(gone(loss.sku, 'writtenOff', range.lotId), range.count, sequence);
      }
      journal.record(context, sequence);
    },
    UnitsReturned: ({ event: { payload: back }, context }, { sequence }) => {
      for (const range of back.units) {
        journal.add(held(back.sku, range.pool, range), -range.count, sequence);
        journal.add(gone(back.sku, 'returned', range.lotId), range.count, sequence);
      }
      journal.record(context, sequence);
    },
  } satisfies Handlers;
}

/** Units leave with the order that names them, never with the reservation: that may still come to nothing. */
function orderHandlers(journal: Journal) {
  function issue(sku: string, pool: string, range: UnitRange, sequence: number): void {
    journal.add(held(sku, pool, range), -range.count, sequence);
    journal.add(gone(sku, 'issued', range.lotId), range.count, sequence);
  }
  return {
    OrderFulfilled: ({ event: { payload: order }, context }, { sequence }) => {
      for (const range of order.units) issue(order.sku, order.pool, range, sequence);
      journal.record(context, sequence);
    },
    UnitsSettled: ({ event: { payload: settled }, context }, { sequence }) => {
      for (const { voided, replacement } of settled.places) {
        journal.add(gone(settled.sku, 'issued', voided.lotId), -voided.count, sequence);
        journal.add(gone(settled.sku, 'void', voided.lotId), voided.count, sequence);
        if (replacement !== null) issue(settled.sku, settled.pool, replacement, sequence);
      }
      journal.record(context, sequence);
    },
  } satisfies Handlers;
}
