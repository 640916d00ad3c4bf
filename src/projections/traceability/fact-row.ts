import type { EventReference } from './questions.js';

/** The columns of `facts` as queries join them in. */
export const FACT_COLUMNS = `
  facts.sequence AS fact_sequence, facts.position AS fact_position, facts.event_id AS fact_event_id,
  facts.occurred_at AS fact_occurred_at, facts.recorded_at AS fact_recorded_at, facts.actor AS fact_actor`;

export interface FactRow {
  fact_sequence: number;
  fact_position: number;
  fact_event_id: string;
  fact_occurred_at: string;
  fact_recorded_at: string;
  fact_actor: string;
}

export function referenceOf(row: FactRow): EventReference {
  return {
    eventId: row.fact_event_id,
    sequence: row.fact_sequence,
    position: row.fact_position,
    occurredAt: row.fact_occurred_at,
    recordedAt: row.fact_recorded_at,
    actor: row.fact_actor,
  };
}
