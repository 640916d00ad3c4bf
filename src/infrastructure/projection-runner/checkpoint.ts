import type Database from 'better-sqlite3';
import { START } from '../event-store/event-store.js';

/** How far a read model has come. */
export interface Checkpoint {
  /** Of the last event applied, in the engine's log. */
  readonly position: number;
  /** Of the last event applied, in the ledger's sequence. */
  readonly sequence: number;
}

/** Where and why a read model stopped: at the event after its checkpoint. */
export interface Stopped {
  readonly position: number;
  readonly sequence: number;
  readonly eventId: string;
  readonly message: string;
}

export interface Standing extends Checkpoint {
  readonly stopped: Stopped | null;
}

/** Kept in the read model's own file, so that it changes in the same transaction as the rows. */
export const CHECKPOINT_SCHEMA = `
  CREATE TABLE checkpoint (
    only INTEGER PRIMARY KEY CHECK (only = 1), position INTEGER NOT NULL, sequence INTEGER NOT NULL,
    stopped_position INTEGER, stopped_sequence INTEGER, stopped_event_id TEXT, stopped_message TEXT
  );
  INSERT INTO checkpoint VALUES (1, ${START}, 0, NULL, NULL, NULL, NULL);
`;

interface CheckpointRow {
  position: number;
  sequence: number;
  stopped_position: number | null;
  stopped_sequence: number | null;
  stopped_event_id: string | null;
  stopped_message: string | null;
}

export class CheckpointTable {
  private readonly select: Database.Statement<[], CheckpointRow>;

  constructor(private readonly database: Database.Database) {
    this.select = database.prepare('SELECT * FROM checkpoint');
  }

  read(): Standing {
    const row = this.select.get();
    if (row === undefined)
      throw new RangeError(`${this.database.name} has no checkpoint; rebuild the read model`);
    const { position, sequence } = row;
    if (row.stopped_position === null) return { position, sequence, stopped: null };
    const stopped = {
      position: row.stopped_position,
      sequence: row.stopped_sequence ?? 0,
      eventId: row.stopped_event_id ?? '',
      message: row.stopped_message ?? '',
    };
    return { position, sequence, stopped };
  }

  write({ position, sequence, stopped }: Standing): void {
    this.database
      .prepare(
        `UPDATE checkpoint SET position = ?, sequence = ?, stopped_position = ?, stopped_sequence = ?,
           stopped_event_id = ?, stopped_message = ?`,
      )
      .run(
        position,
        sequence,
        stopped?.position ?? null,
        stopped?.sequence ?? null,
        stopped?.eventId ?? null,
        stopped?.message ?? null,
      );
  }
}
