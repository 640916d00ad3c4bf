import type { Statement, Tables } from '../shared/tables.js';
import type { PendingRow } from './pending-rows.js';
import type {
  OpenRefund,
  OutstandingReservation,
  UnfinishedImport,
  UnsettledQuestions,
} from './questions.js';

const LIMIT_MAX = 10_000;

export function unsettledQueries(tables: Tables): UnsettledQuestions {
  const list = (table: string) =>
    tables.prepare<PendingRow>(
      `SELECT key, sequence, recorded_at AS recordedAt, stage, body FROM ${table} ORDER BY sequence LIMIT ?`,
    );
  const reservations = list('reservations');
  const refunds = list('refunds');
  const imports = list('imports');
  return {
    reservations: (limit) =>
      oldest(reservations, limit).map(({ sequence, recordedAt, body }) => ({
        ...(JSON.parse(body) as Pick<OutstandingReservation, 'sku' | 'reservationId' | 'demand'>),
        recordedAt,
        sequence,
      })),
    refunds: (limit) =>
      oldest(refunds, limit).map(({ sequence, recordedAt, body }) => {
        const { occurredAt, ...opened } = JSON.parse(body) as OpenRefund['opened'] & { occurredAt: string };
        return { opened, occurredAt, recordedAt, sequence };
      }),
    imports: (limit) =>
      oldest(imports, limit).map(({ sequence, recordedAt, stage, body }) => ({
        terms: JSON.parse(body) as UnfinishedImport['terms'],
        stage: stage as UnfinishedImport['stage'],
        recordedAt,
        sequence,
      })),
  };
}

function oldest(statement: Statement<PendingRow>, limit: number): PendingRow[] {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new RangeError(`1 to ${LIMIT_MAX} unsettled things can be asked for, not ${limit}`);
  }
  return statement.all(limit);
}
