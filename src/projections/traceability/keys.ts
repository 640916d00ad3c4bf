import { keyId, parseKeyId } from '../../domain/shared/identifiers.js';
import { expiryOfDay, instantOf } from '../../domain/shared/time.js';
import type { AsOfAbout, KnownAbout } from '../shared/as-of.js';
import { boundsOf } from '../shared/as-of.js';
import type { UnitState } from '../shared/availability.js';
import { heldState } from '../shared/availability.js';
import { StandingQueries } from '../shared/standing-tables.js';
import type { Statement, Tables } from '../shared/tables.js';
import { BINS_PER_SERIAL, binsOf } from './bins.js';
import type { FactRow } from './fact-row.js';
import { FACT_COLUMNS, referenceOf } from './fact-row.js';
import type { LotReader, LotRow } from './lots.js';
import type { RangeMovementKind } from './movements.js';
import type { OrderReader } from './orders.js';
import type { KeyMovement, KeyTrace } from './questions.js';

export interface MovementRow extends FactRow {
  sequence: number;
  first_serial: number;
  last_serial: number;
  kind: RangeMovementKind;
  order_sequence: number | null;
  place: number | null;
  authorisation_id: string | null;
  detail: string | null;
}

interface QuarantineRow extends FactRow {
  quarantined: number;
  reason: string | null;
}

/** Everything that happened to one key, in order; a few index seeks however large its lot is. */
export const KEY_SQL = `
  SELECT m.*, ${FACT_COLUMNS} FROM movements m JOIN facts ON facts.sequence = m.sequence
  WHERE m.lot_number = ? AND m.bin IN (${Array.from({ length: BINS_PER_SERIAL }, () => '?').join(', ')})
    AND m.first_serial <= ? AND m.last_serial >= ? AND m.sequence <= ? AND facts.occurred <= ? ORDER BY m.sequence`;

interface FoundKey {
  readonly lot: LotRow;
  readonly serial: number;
  readonly movements: readonly MovementRow[];
}

export class KeyReader {
  private readonly movementsOf: Statement<MovementRow>;
  private readonly quarantinesOf: Statement<QuarantineRow>;
  private readonly standings: StandingQueries;

  constructor(
    tables: Tables,
    private readonly lots: LotReader,
    private readonly orders: OrderReader,
  ) {
    this.movementsOf = tables.prepare(KEY_SQL);
    this.quarantinesOf = tables.prepare(
      `SELECT q.quarantined, q.reason, ${FACT_COLUMNS} FROM quarantines q JOIN facts ON facts.sequence = q.sequence
       WHERE q.lot_id = ? AND q.sequence <= ? AND q.occurred_at <= ? ORDER BY q.sequence`,
    );
    this.standings = new StandingQueries(tables);
  }

  trace(asOf: AsOfAbout, id: string): KeyTrace | undefined {
    const key = this.find(asOf, id);
    if (key === undefined) return undefined;
    const { lot, serial, movements } = key;
    const { state, pool } = this.present(asOf, key);
    const issue = movements.findLast((movement) => movement.kind === 'issued');
    return {
      keyId: keyId(lot.lot_id, serial),
      state,
      pool,
      sku: lot.sku,
      lotId: lot.lot_id,
      file: lot.file_name,
      fileLine: this.lots.lineOf(lot, serial),
      poId: lot.po_id,
      supplierId: lot.supplier_id,
      unitCost: lot.unit_cost,
      order: issue === undefined ? null : this.orderOf(issue, issue, serial),
    };
  }

  timeline(known: KnownAbout, id: string): readonly KeyMovement[] | undefined {
    const key = this.find(known, id);
    if (key === undefined) return undefined;
    const { lot, serial, movements } = key;
    const issue = movements.findLast((movement) => movement.kind === 'issued');
    const happened = [
      { ...NOTHING_ELSE, kind: 'received' as const, pool: lot.pool, ...referenceOf(lot) },
      ...this.quarantinesOf.all(lot.lot_id, ...boundsOf(known)).map(quarantineOf),
      ...movements.map((movement) => this.movementOf(movement, issue, serial)),
    ];
    return happened.sort((a, b) => a.sequence - b.sequence);
  }

  private find(known: KnownAbout, id: string): FoundKey | undefined {
    const parsed = parseKeyId(id);
    const lot = parsed === undefined ? undefined : this.lots.find(known, parsed.lotId);
    if (parsed === undefined || lot === undefined || parsed.serial > lot.accepted) return undefined;
    const { serial } = parsed;
    const place = [lot.lot_number, ...binsOf(serial), serial, serial];
    const movements = this.movementsOf.all(...place, ...boundsOf(known));
    return { lot, serial, movements };
  }

  private present(
    asOf: AsOfAbout,
    { lot, serial, movements }: FoundKey,
  ): { state: UnitState; pool: string | null } {
    let pool = lot.pool;
    let gone: UnitState | undefined;
    for (const movement of movements) {
      if (movement.kind === 'moved') pool = movement.detail ?? pool;
      else gone = stateAfter(movement.kind) ?? gone;
    }
    if (gone !== undefined) return { state: gone, pool: null };
    const standing = this.standings.asOf(asOf);
    const expiresOn = this.lots.expiresOn(lot, serial);
    const held = heldState(
      {
        quarantined: standing.quarantined(lot.lot_id),
        lotExpiresAt: lot.expires_at === null ? null : instantOf(lot.expires_at),
        keyExpiresAt: expiresOn === null ? null : (expiryOfDay(expiresOn) ?? null),
        authorised: standing.authorised(lot.supplier_id, lot.sku),
      },
      asOf.at,
    );
    return { state: held, pool };
  }

  private movementOf(movement: MovementRow, issue: MovementRow | undefined, serial: number): KeyMovement {
    const { kind, detail } = movement;
    return {
      ...NOTHING_ELSE,
      kind,
      pool: kind === 'moved' ? detail : null,
      order:
        issue === undefined || movement.order_sequence === null
          ? null
          : this.orderOf(movement, issue, serial),
      refundNo: this.orders.refundAt(movement.sequence)?.refundNo ?? null,
      authorisationId: movement.authorisation_id,
      reason: kind === 'moved' ? null : detail,
      ...referenceOf(movement),
    };
  }

  /** The place that a movement concerns; a key that came with the order's own event was first there. */
  private orderOf(movement: MovementRow, issue: MovementRow, serial: number): NonNullable<KeyTrace['order']> {
    const order = this.orders.at(movement.order_sequence ?? 0);
    return {
      merchantId: order.merchant_id,
      orderNo: order.order_no,
      unit: (movement.place ?? 1) + serial - movement.first_serial,
      role: issue.sequence === order.sequence ? 'issued' : 'replacement',
    };
  }
}

const NOTHING_ELSE = { pool: null, order: null, refundNo: null, authorisationId: null, reason: null };

function quarantineOf(row: QuarantineRow): KeyMovement {
  const kind = row.quarantined === 1 ? 'quarantined' : 'released';
  return { ...NOTHING_ELSE, kind, reason: row.reason, ...referenceOf(row) };
}

/** What a movement made of the key; undefined where it stays what it was. */
function stateAfter(kind: RangeMovementKind): UnitState | undefined {
  switch (kind) {
    case 'issued':
      return 'issued';
    case 'refunded':
    case 'replaced':
      return 'void';
    case 'writtenOff':
      return 'writtenOff';
    case 'returned':
      return 'returned';
    case 'moved':
    case 'revealed':
      return undefined;
  }
}
