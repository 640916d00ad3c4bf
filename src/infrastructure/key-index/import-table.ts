import type Database from 'better-sqlite3';
import type { ImportTerms } from '../../domain/key-registry/events.js';

/** An import as the registry knows it. One that was abandoned is as if it had never been. */
export interface RegisteredImport {
  readonly attempt: string;
  readonly lotId: string;
  readonly poId: string;
  readonly sku: string;
  readonly state: 'open' | 'completed';
  /** How many keys its plan accepted. */
  readonly accepted: number;
  /** How many of them the registry holds so far: the next chunk begins with the serial after. */
  readonly registered: number;
  /** Revision of its `ImportOpened` in the registry's stream. */
  readonly firstRevision: number;
  /** Revision of its newest event there. */
  readonly lastRevision: number;
  /** Digest of the key file, by which a client's second sending is recognised. */
  readonly fileSha256: string;
}

/** How far an import has come. */
export interface ImportProgress {
  readonly state: 'open' | 'completed' | 'abandoned';
  readonly registered: number;
  readonly lastRevision: number;
}

const COLUMNS = `attempt, lot_id AS lotId, po_id AS poId, sku, state, accepted, registered,
  first_revision AS firstRevision, last_revision AS lastRevision, file_sha256 AS fileSha256`;

/** The imports of the registry, numbered in their order: the number stands in every fingerprint's place. */
export class ImportTable {
  private readonly insert: Database.Statement;
  private readonly update: Database.Statement;
  private readonly byLot: Database.Statement;
  private readonly byNumber: Database.Statement;
  private readonly open: Database.Statement;

  constructor(database: Database.Database) {
    this.insert = database.prepare(
      `INSERT INTO imports (attempt, lot_id, po_id, sku, state, accepted, registered, first_revision, last_revision,
         file_sha256) VALUES (?, ?, ?, ?, 'open', ?, 0, ?, ?, ?)`,
    );
    this.update = database.prepare(
      'UPDATE imports SET state = @state, registered = @registered, last_revision = @lastRevision WHERE import_no = @no',
    );
    this.byLot = database.prepare(`SELECT ${COLUMNS} FROM imports WHERE lot_id = ? AND state <> 'abandoned'`);
    this.byNumber = database.prepare('SELECT lot_id AS lotId, state FROM imports WHERE import_no = ?');
    this.open = database.prepare(`SELECT import_no AS no, ${COLUMNS} FROM imports WHERE state = 'open'`);
  }

  /** @returns the import's number */
  add(terms: ImportTerms, revision: number): number {
    const { attempt, lotId, poId, sku, counts, file } = terms;
    const added = this.insert.run(
      attempt,
      lotId,
      poId,
      sku,
      counts.accepted,
      revision,
      revision,
      file.sha256,
    );
    return Number(added.lastInsertRowid);
  }

  advance(no: number, progress: ImportProgress): void {
    this.update.run({ ...progress, no });
  }

  ofLot(lotId: string): RegisteredImport | undefined {
    return this.byLot.get(lotId) as RegisteredImport | undefined;
  }

  /** The lot of an import; null when it was abandoned. */
  lotOf(no: number): string | null {
    const { lotId, state } = this.byNumber.get(no) as { lotId: string; state: ImportProgress['state'] };
    return state === 'abandoned' ? null : lotId;
  }

  current(): (RegisteredImport & { readonly no: number }) | undefined {
    return this.open.get() as (RegisteredImport & { no: number }) | undefined;
  }
}
