import type { ExpiryRun, LineRun } from '../../domain/key-registry/events.js';
import type { LineCounts } from '../../domain/shared/units.js';
import type { KnownAbout } from '../shared/as-of.js';
import { boundsOf } from '../shared/as-of.js';
import type { Statement, Tables } from '../shared/tables.js';
import type { FactRow } from './fact-row.js';
import { FACT_COLUMNS, referenceOf } from './fact-row.js';
import type { ImportReceipt, LotView, Source } from './questions.js';

/** A lot in stock, with the event that it came with. */
export interface LotRow extends FactRow {
  lot_number: number;
  lot_id: string;
  attempt: string;
  sku: string;
  po_id: string;
  supplier_id: string;
  unit_cost: string;
  currency: string;
  expires_at: string | null;
  file_name: string;
  file_sha256: string;
  file_bytes: number;
  counts: string;
  accepted: number;
  pool: string;
  received_sequence: number;
}

interface ChunkRow {
  first_serial: number;
  line_runs: string;
  expiry_runs: string;
}

/** Up to 500 serials of a lot, as its key file gave them. */
interface Chunk {
  readonly lotNumber: number;
  readonly firstSerial: number;
  readonly lineRuns: readonly LineRun[];
  readonly expiryRuns: readonly ExpiryRun[];
}

export const LOT_SELECT = `
  SELECT lots.*, ${FACT_COLUMNS} FROM lots JOIN facts ON facts.sequence = lots.received_sequence`;

/** Which column of a lot names a source. */
export const LOT_COLUMN_OF = {
  supplier: 'supplier_id',
  authorisation: 'authorisation_id',
  purchaseOrder: 'po_id',
  lot: 'lot_id',
  keyFile: 'file_sha256',
} as const satisfies Record<Source['kind'], string>;

export class LotReader {
  private readonly byId: Statement<LotRow>;
  private readonly chunkOf: Statement<ChunkRow>;
  /** Consecutive keys are asked for together, and a chunk never changes. */
  private lastChunk: Chunk | undefined;

  constructor(tables: Tables) {
    this.byId = tables.prepare(
      `${LOT_SELECT} WHERE lot_id = ? AND received_sequence <= ? AND received_at <= ?`,
    );
    this.chunkOf = tables.prepare(
      `SELECT first_serial, line_runs, expiry_runs FROM chunks
       WHERE lot_id = ? AND attempt = ? AND first_serial <= ? ORDER BY first_serial DESC LIMIT 1`,
    );
  }

  find(known: KnownAbout, lotId: string): LotRow | undefined {
    return this.byId.get(lotId, ...boundsOf(known));
  }

  /** The line of the key file that a serial came from, from 1. */
  lineOf(lot: LotRow, serial: number): number {
    const run = this.chunk(lot, serial).lineRuns.findLast(([first]) => first <= serial);
    if (run === undefined) throw missing(lot, serial);
    const [firstSerial, firstLine] = run;
    return firstLine + serial - firstSerial;
  }

  /** The key's own last good day; null where its file gave none. */
  expiresOn(lot: LotRow, serial: number): string | null {
    const run = this.chunk(lot, serial).expiryRuns.findLast(([first]) => first <= serial);
    return run?.[2] ?? null;
  }

  private chunk(lot: LotRow, serial: number): Chunk {
    const row = this.chunkOf.get(lot.lot_id, lot.attempt, serial);
    if (row === undefined) throw missing(lot, serial);
    const last = this.lastChunk;
    if (last?.lotNumber === lot.lot_number && last.firstSerial === row.first_serial) return last;
    const chunk = {
      lotNumber: lot.lot_number,
      firstSerial: row.first_serial,
      lineRuns: JSON.parse(row.line_runs) as LineRun[],
      expiryRuns: JSON.parse(row.expiry_runs) as ExpiryRun[],
    };
    this.lastChunk = chunk;
    return chunk;
  }
}

function missing(lot: LotRow, serial: number): Error {
  return new RangeError(`the read model has no line for key ${serial} of lot ${lot.lot_id}; rebuild it`);
}

export function receiptOf(lot: Pick<LotRow, 'lot_id' | 'counts'>): ImportReceipt {
  const counts = JSON.parse(lot.counts) as LineCounts;
  return {
    lotId: lot.lot_id,
    lines: counts.lines,
    header: counts.header,
    blank: counts.blank,
    accepted: counts.accepted,
    duplicateInFile: counts.duplicateInFile,
    duplicateInLedger: counts.duplicateInLedger,
    malformed: counts.malformed,
  };
}

export function lotViewOf(lot: LotRow, quarantined: boolean): LotView {
  const { lotId: _lotId, ...counts } = receiptOf(lot);
  return {
    lotId: lot.lot_id,
    sku: lot.sku,
    poId: lot.po_id,
    supplierId: lot.supplier_id,
    unitCost: { amount: lot.unit_cost, currency: lot.currency },
    expiresAt: lot.expires_at,
    file: { name: lot.file_name, sha256: lot.file_sha256, sizeBytes: lot.file_bytes },
    counts,
    quarantined,
    ...referenceOf(lot),
  };
}
