import { instantOf } from '../../domain/shared/time.js';
import type { Handlers } from '../read-model.js';
import type { AsOfAbout } from './as-of.js';
import { boundsOf } from './as-of.js';
import type { Statement, Tables } from './tables.js';

/** What decides, beside expiry, whether a held unit may leave: authorisations and quarantines with their history. */
export const STANDING_SCHEMA = `
  CREATE TABLE authorisations (
    authorisation_id TEXT PRIMARY KEY, issuer TEXT NOT NULL, supplier_id TEXT NOT NULL,
    valid_from INTEGER NOT NULL, valid_to INTEGER, granted_sequence INTEGER NOT NULL, granted_at INTEGER NOT NULL,
    -- From when it is void, and when that was said.
    revoked_from INTEGER, revoked_sequence INTEGER, revoked_at INTEGER
  ) WITHOUT ROWID;
  CREATE TABLE authorised_skus (
    supplier_id TEXT NOT NULL, sku TEXT NOT NULL, authorisation_id TEXT NOT NULL,
    PRIMARY KEY (supplier_id, sku, authorisation_id)
  ) WITHOUT ROWID;
  CREATE TABLE quarantines (
    lot_id TEXT NOT NULL, sequence INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
    quarantined INTEGER NOT NULL, reason TEXT, PRIMARY KEY (lot_id, sequence)
  ) WITHOUT ROWID;
`;

/** What the events do to these tables. */
export function standingHandlers(tables: Tables) {
  const grant = tables.prepare('INSERT INTO authorisations VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)');
  const grantSku = tables.prepare('INSERT OR IGNORE INTO authorised_skus VALUES (?, ?, ?)');
  const revoke = tables.prepare(
    'UPDATE authorisations SET revoked_from = ?, revoked_sequence = ?, revoked_at = ? WHERE authorisation_id = ?',
  );
  const quarantine = tables.prepare('INSERT INTO quarantines VALUES (?, ?, ?, ?, ?)');
  return {
    AuthorisationGranted: ({ event: { payload }, context }, { sequence }) => {
      const validTo = payload.validTo === null ? null : instantOf(payload.validTo);
      const { authorisationId, supplierId } = payload;
      const terms = [authorisationId, payload.issuer, supplierId, instantOf(payload.validFrom), validTo];
      grant.run(...terms, sequence, instantOf(context.occurredAt));
      for (const sku of payload.skus) grantSku.run(supplierId, sku, authorisationId);
    },
    AuthorisationRevoked: ({ event: { payload }, context }, { sequence }) => {
      const occurredAt = instantOf(context.occurredAt);
      revoke.run(instantOf(payload.revokedAt), sequence, occurredAt, payload.authorisationId);
    },
    LotQuarantined: ({ event: { payload }, context }, { sequence }) => {
      quarantine.run(payload.lotId, sequence, instantOf(context.occurredAt), 1, payload.reason);
    },
    LotReleased: ({ event: { payload }, context }, { sequence }) => {
      quarantine.run(payload.lotId, sequence, instantOf(context.occurredAt), 0, payload.reason);
    },
  } satisfies Handlers;
}

/** The standing of suppliers and lots at the moment of one question; it remembers what it was asked. */
export interface StandingAsOf {
  authorised(supplierId: string, sku: string): boolean;
  quarantined(lotId: string): boolean;
}

/** What is in force for a supplier and a SKU, or for all of them. */
const IN_FORCE = `
  FROM authorised_skus s JOIN authorisations a USING (authorisation_id)
  WHERE granted_sequence <= $sequence AND granted_at <= $occurredUntil AND valid_from <= $at
    AND (valid_to IS NULL OR valid_to > $at)
    AND NOT (revoked_sequence IS NOT NULL AND revoked_sequence <= $sequence AND revoked_at <= $occurredUntil
      AND revoked_from <= $at)`;

/** Answers questions about standing from these tables. */
export class StandingQueries {
  private readonly inForce: Statement<unknown>;
  private readonly allInForce: Statement<{ supplier_id: string; sku: string }>;
  private readonly lastQuarantine: Statement<{ quarantined: number }>;
  private readonly allQuarantines: Statement<{ lot_id: string; quarantined: number }>;

  constructor(tables: Tables) {
    this.inForce = tables.prepare(
      `SELECT 1 ${IN_FORCE} AND s.supplier_id = $supplierId AND s.sku = $sku LIMIT 1`,
    );
    this.allInForce = tables.prepare(`SELECT s.supplier_id, s.sku ${IN_FORCE}`);
    this.lastQuarantine = tables.prepare(
      `SELECT quarantined FROM quarantines WHERE lot_id = ? AND sequence <= ? AND occurred_at <= ?
       ORDER BY sequence DESC LIMIT 1`,
    );
    this.allQuarantines = tables.prepare(
      'SELECT lot_id, quarantined FROM quarantines WHERE sequence <= ? AND occurred_at <= ? ORDER BY lot_id, sequence',
    );
  }

  /** For a question about few suppliers and lots. */
  asOf(asOf: AsOfAbout): StandingAsOf {
    const moment = momentOf(asOf);
    const authorised = new Pairs();
    return {
      authorised: (supplierId, sku) => {
        const known = authorised.get(supplierId, sku);
        if (known !== undefined) return known;
        const found = this.inForce.get({ ...moment, supplierId, sku }) !== undefined;
        authorised.set(supplierId, sku, found);
        return found;
      },
      quarantined: (lotId) => this.lastQuarantine.get(lotId, ...boundsOf(asOf))?.quarantined === 1,
    };
  }

  /** For a question about all suppliers and lots: read at once, not one by one. */
  ofAllAsOf(asOf: AsOfAbout): StandingAsOf {
    const authorised = new Pairs();
    for (const row of this.allInForce.iterate(momentOf(asOf))) authorised.set(row.supplier_id, row.sku, true);
    const quarantined = new Map<string, boolean>();
    for (const row of this.allQuarantines.iterate(...boundsOf(asOf))) {
      quarantined.set(row.lot_id, row.quarantined === 1);
    }
    return {
      authorised: (supplierId, sku) => authorised.get(supplierId, sku) ?? false,
      quarantined: (lotId) => quarantined.get(lotId) ?? false,
    };
  }
}

function momentOf(asOf: AsOfAbout) {
  const [sequence, occurredUntil] = boundsOf(asOf);
  return { sequence, occurredUntil, at: asOf.at };
}

/** What is known of a supplier and a SKU. */
class Pairs {
  private readonly bySupplier = new Map<string, Map<string, boolean>>();

  get(supplierId: string, sku: string): boolean | undefined {
    return this.bySupplier.get(supplierId)?.get(sku);
  }

  set(supplierId: string, sku: string, value: boolean): void {
    const skus = this.bySupplier.get(supplierId) ?? new Map<string, boolean>();
    this.bySupplier.set(supplierId, skus.set(sku, value));
  }
}
