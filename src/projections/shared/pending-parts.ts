import type { EventOf } from '../../domain/events.js';
import type { UnitRange } from '../../domain/shared/units.js';
import type { Statement, Tables } from './tables.js';

/** Parts of a lot that wait for the last one: until it comes, none of the lot's units is held. */
export const PENDING_PARTS_SCHEMA = `
  CREATE TABLE pending_parts (
    lot_id TEXT NOT NULL, attempt TEXT NOT NULL, expires_on TEXT NOT NULL, units INTEGER NOT NULL,
    PRIMARY KEY (lot_id, attempt, expires_on)
  ) WITHOUT ROWID;
`;

/** Units of one lot that share a last good day of their own; '' where they have none. */
export interface UnitsByExpiry {
  readonly expiresOn: string;
  readonly units: number;
}

export class PendingParts {
  private readonly add: Statement<unknown>;
  private readonly list: Statement<{ expires_on: string; units: number }>;
  private readonly remove: Statement<unknown>;

  constructor(tables: Tables) {
    this.add = tables.prepare(
      'INSERT INTO pending_parts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET units = units + excluded.units',
    );
    this.list = tables.prepare(
      'SELECT expires_on, units FROM pending_parts WHERE lot_id = ? AND attempt = ?',
    );
    this.remove = tables.prepare('DELETE FROM pending_parts WHERE lot_id = ? AND attempt = ?');
  }

  /** The whole lot's units once the last part is there; undefined before. */
  receive(part: EventOf<'LotReceived'>['payload']): readonly UnitsByExpiry[] | undefined {
    if (part.part === part.parts && part.parts === 1) return byExpiry(part.runs);
    for (const { expiresOn, units } of byExpiry(part.runs)) {
      this.add.run(part.lotId, part.attempt, expiresOn, units);
    }
    if (part.part < part.parts) return undefined;
    const whole = this.list.all(part.lotId, part.attempt);
    this.remove.run(part.lotId, part.attempt);
    return whole.map((row) => ({ expiresOn: row.expires_on, units: row.units }));
  }
}

function byExpiry(runs: readonly UnitRange[]): UnitsByExpiry[] {
  const units = new Map<string, number>();
  for (const run of runs) {
    const expiresOn = run.expiresOn ?? '';
    units.set(expiresOn, (units.get(expiresOn) ?? 0) + run.count);
  }
  return [...units]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([expiresOn, count]) => ({ expiresOn, units: count }));
}
