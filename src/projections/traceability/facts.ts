import type { DomainEvent, RecordedEvent } from '../../domain/shared/event.js';
import type { Place } from '../read-model.js';
import type { Tables } from '../shared/tables.js';

export type KeepFact = (event: RecordedEvent<DomainEvent>, place: Place) => void;

/** Keeps what identifies an event, for answers that name the event behind them. */
export function factKeeper(tables: Tables): KeepFact {
  const insert = tables.prepare('INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)');
  return ({ eventId, context }, { sequence, position }) => {
    insert.run(sequence, position, eventId, context.occurredAt, context.recordedAt, context.actor);
  };
}
