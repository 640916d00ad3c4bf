import type { Statement, Tables } from '../shared/tables.js';
import { binOf } from './bins.js';

/** What can happen to some keys of a lot; what happens to whole lots is kept with the lots. */
export type RangeMovementKind =
  'moved' | 'issued' | 'revealed' | 'refunded' | 'replaced' | 'writtenOff' | 'returned';

export interface Movement {
  readonly kind: RangeMovementKind;
  readonly lotId: string;
  readonly firstSerial: number;
  readonly count: number;
  /** The order's own sequence, and the place of the first key within it. */
  readonly orderSequence?: number;
  readonly place?: number;
  readonly authorisationId?: string;
  /** The pool a key moved to, the reason it left for, or the purpose of a reveal. */
  readonly detail?: string | null;
}

/** Remembered lots; beyond it the cache starts afresh. */
const LOTS_MAX = 50_000;

export class Movements {
  private readonly lotNumbers = new Map<string, number>();
  private readonly findLot: Statement<{ lot_number: number }>;
  private readonly insert: Statement<unknown>;

  constructor(tables: Tables) {
    this.findLot = tables.prepare('SELECT lot_number FROM lots WHERE lot_id = ?');
    this.insert = tables.prepare('INSERT INTO movements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /** @throws RangeError when the ledger never received the lot */
  add(movement: Movement, sequence: number): void {
    const { firstSerial } = movement;
    const lastSerial = firstSerial + movement.count - 1;
    this.insert.run(
      this.lotNumber(movement.lotId),
      binOf(firstSerial, lastSerial),
      sequence,
      firstSerial,
      lastSerial,
      movement.kind,
      movement.orderSequence ?? null,
      movement.place ?? null,
      movement.authorisationId ?? null,
      movement.detail ?? null,
    );
  }

  private lotNumber(lotId: string): number {
    const known = this.lotNumbers.get(lotId);
    if (known !== undefined) return known;
    const row = this.findLot.get(lotId);
    if (row === undefined)
      throw new RangeError(`keys of lot ${lotId} moved, but no import of it was completed`);
    if (this.lotNumbers.size >= LOTS_MAX) this.lotNumbers.clear();
    this.lotNumbers.set(lotId, row.lot_number);
    return row.lot_number;
  }
}
