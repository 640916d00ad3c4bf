import Database from 'better-sqlite3';

export interface KeptSnapshot {
  readonly revision: number;
  /** Of the event at that revision: a snapshot of another history is not taken. */
  readonly eventId: string;
  readonly state: unknown;
  readonly commands: readonly (readonly [string, number])[];
}

/** Where snapshots of long streams are kept. Disposable: deleting it costs time only. */
export interface SnapshotShelf {
  take(stream: string, version: number): KeptSnapshot | undefined;
  keep(stream: string, version: number, snapshot: KeptSnapshot): void;
  discard(stream: string): void;
  close(): void;
}

/** For short-lived processes and tests. */
export const noSnapshots: SnapshotShelf = {
  take: () => undefined,
  keep: () => undefined,
  discard: () => undefined,
  close: () => undefined,
};

interface Row {
  readonly revision: number;
  readonly event_id: string;
  readonly state: string;
  readonly commands: string;
}

/** Snapshots in an SQLite file of their own; not synced, since a lost one is made again. */
export function openSnapshotShelf(file: string): SnapshotShelf {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = OFF');
  database.exec(`CREATE TABLE IF NOT EXISTS snapshot (
    stream TEXT PRIMARY KEY, version INTEGER NOT NULL, revision INTEGER NOT NULL,
    event_id TEXT NOT NULL, state TEXT NOT NULL, commands TEXT NOT NULL) WITHOUT ROWID`);
  const select = database.prepare<[string, number], Row>(
    'SELECT revision, event_id, state, commands FROM snapshot WHERE stream = ? AND version = ?',
  );
  const replace = database.prepare('INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM snapshot WHERE stream = ?');
  return {
    take(stream, version) {
      const row = select.get(stream, version);
      if (row === undefined) return undefined;
      return {
        revision: row.revision,
        eventId: row.event_id,
        state: JSON.parse(row.state) as unknown,
        commands: JSON.parse(row.commands) as KeptSnapshot['commands'],
      };
    },
    keep(stream, version, { revision, eventId, state, commands }) {
      replace.run(stream, version, revision, eventId, JSON.stringify(state), JSON.stringify(commands));
    },
    discard(stream) {
      remove.run(stream);
    },
    close() {
      database.close();
    },
  };
}
