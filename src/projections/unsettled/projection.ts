import type { EventContext } from '../../domain/shared/event.js';
import type { Handlers, Place, ReadModel } from '../read-model.js';
import { PendingRows } from './pending-rows.js';
import { unsettledQueries } from './queries.js';
import type { UnsettledQuestions } from './questions.js';

function table(name: string): string {
  return `
    CREATE TABLE ${name} (
      key TEXT PRIMARY KEY, sequence INTEGER NOT NULL, recorded_at TEXT NOT NULL, stage TEXT NOT NULL, body TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX ${name}_by_age ON ${name} (sequence);`;
}

/** What a process has still to finish: it looks here after a restart, and whenever something stays too long. */
export const unsettled: ReadModel<UnsettledQuestions> = {
  name: 'unsettled',
  version: 1,
  schema: `${table('reservations')} ${table('refunds')} ${table('imports')}`,
  open: (tables) => {
    const reservations = new PendingRows(tables, 'reservations');
    const refunds = new PendingRows(tables, 'refunds');
    const imports = new PendingRows(tables, 'imports');
    return {
      on: { ...reservationHandlers(reservations), ...refundHandlers(refunds), ...importHandlers(imports) },
      flush: () => {
        reservations.flush();
        refunds.flush();
        imports.flush();
      },
    };
  },
  questions: unsettledQueries,
};

function dated(context: EventContext, place: Place) {
  return { sequence: place.sequence, recordedAt: context.recordedAt };
}

function reservationHandlers(rows: PendingRows) {
  return {
    UnitsReserved: ({ event: { payload }, context }, place) => {
      const { sku, reservationId, demand } = payload;
      const body = JSON.stringify({ sku, reservationId, demand });
      rows.put({ key: reservationKey(payload), stage: 'outstanding', body, ...dated(context, place) });
    },
    ReservationConfirmed: ({ event: { payload } }) => rows.delete(reservationKey(payload)),
    ReservationReleased: ({ event: { payload } }) => rows.delete(reservationKey(payload)),
  } satisfies Handlers;
}

/** A reservation's id is its order's or refund's, so another SKU's stock may hold the same one. */
function reservationKey({ sku, reservationId }: { sku: string; reservationId: string }): string {
  return JSON.stringify([sku, reservationId]);
}

function refundHandlers(rows: PendingRows) {
  return {
    RefundOpened: ({ event: { payload }, context }, place) => {
      rows.put({
        key: refundKey(payload),
        stage: 'opened',
        body: JSON.stringify({ ...payload, occurredAt: context.occurredAt }),
        ...dated(context, place),
      });
    },
    RefundCompleted: ({ event: { payload } }) => rows.delete(refundKey(payload)),
    RefundRefused: ({ event: { payload } }) => rows.delete(refundKey(payload)),
  } satisfies Handlers;
}

function refundKey({ merchantId, refundNo }: { merchantId: string; refundNo: string }): string {
  return JSON.stringify([merchantId, refundNo]);
}

function importHandlers(rows: PendingRows) {
  function progress(attempt: string, context: EventContext, place: Place): void {
    const row = rows.get(attempt);
    if (row !== undefined) rows.put({ ...row, ...dated(context, place) });
  }
  return {
    ImportOpened: ({ event: { payload }, context }, place) => {
      const { saw: _saw, ...terms } = payload;
      rows.put({
        key: terms.attempt,
        stage: 'opened',
        body: JSON.stringify(terms),
        ...dated(context, place),
      });
    },
    KeysRegistered: ({ event: { payload }, context }, place) => progress(payload.attempt, context, place),
    ImportCompleted: ({ event: { payload }, context }, place) => {
      rows.put({
        key: payload.attempt,
        stage: 'completed',
        body: JSON.stringify(payload),
        ...dated(context, place),
      });
    },
    ImportAbandoned: ({ event: { payload }, context }, place) => {
      const row = rows.get(payload.attempt);
      if (row !== undefined) rows.put({ ...row, stage: 'abandoned', ...dated(context, place) });
    },
    LotReceiptCancelled: ({ event: { payload } }) => rows.delete(payload.attempt),
    LotReceived: ({ event: { payload }, context }, place) => {
      if (payload.part === payload.parts) rows.delete(payload.attempt);
      else progress(payload.attempt, context, place);
    },
  } satisfies Handlers;
}
