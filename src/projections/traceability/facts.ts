import { instantOf } from '../../domain/shared/time.js';
import type { DomainEvent, RecordedEvent } from '../../domain/shared/event.js';
import type { Place } from '../read-model.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { MovingEvent } from './questions.js';

export type KeepFact = (event: RecordedEvent<DomainEvent>, place: Place) => void;

/** Keeps what identifies an event, for answers that name the event behind them. */
export function factKeeper(tables: Tables): KeepFact {
  const insert = tables.prepare('INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return ({ event, eventId, stream, context }, { sequence, position }) => {
    const { occurredAt, recordedAt, actor } = context;
    const times = [occurredAt, instantOf(occurredAt), recordedAt] as const;
    insert.run(sequence, position, eventId, event.type, stream, ...times, actor);
  };
}

interface EventRow {
  sequence: number;
  type: string;
  stream: string;
  event_id: string;
  occurred_at: string;
}

export class FactReader {
  private readonly one: Statement<EventRow>;

  constructor(tables: Tables) {
    this.one = tables.prepare(
      'SELECT sequence, type, stream, event_id, occurred_at FROM facts WHERE sequence = ?',
    );
  }

  /** @throws RangeError for a sequence of an event that is not kept: it moved nothing */
  events(sequences: readonly number[]): readonly MovingEvent[] {
    return sequences.map((sequence) => {
      const row = this.one.get(sequence);
      if (row === undefined) throw new RangeError(`event ${sequence} moved nothing that is traced`);
      const { type, stream, event_id: eventId, occurred_at: occurredAt } = row;
      return { sequence, type, stream, eventId, occurredAt };
    });
  }
}
