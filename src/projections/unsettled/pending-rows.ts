import type { Statement, Tables } from '../shared/tables.js';

/** One thing that waits for its outcome. */
export interface PendingRow {
  readonly key: string;
  readonly sequence: number;
  readonly recordedAt: string;
  readonly stage: string;
  /** What it is about, as JSON. */
  readonly body: string;
}

/**
 * Things that wait for an outcome. Most get it within one batch, so what comes and goes before a commit never reaches
 * the table.
 */
export class PendingRows {
  private readonly changed = new Map<string, PendingRow | null>();
  private readonly find: Statement<PendingRow>;
  private readonly set: Statement<unknown>;
  private readonly remove: Statement<unknown>;

  constructor(tables: Tables, table: string) {
    this.find = tables.prepare(
      `SELECT key, sequence, recorded_at AS recordedAt, stage, body FROM ${table} WHERE key = ?`,
    );
    this.set = tables.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?, ?)`);
    this.remove = tables.prepare(`DELETE FROM ${table} WHERE key = ?`);
  }

  get(key: string): PendingRow | undefined {
    const changed = this.changed.get(key);
    return changed === undefined ? this.find.get(key) : (changed ?? undefined);
  }

  put(row: PendingRow): void {
    this.changed.set(row.key, row);
  }

  delete(key: string): void {
    this.changed.set(key, null);
  }

  flush(): void {
    for (const [key, row] of this.changed) {
      if (row === null) this.remove.run(key);
      else this.set.run(row.key, row.sequence, row.recordedAt, row.stage, row.body);
    }
    this.changed.clear();
  }
}
