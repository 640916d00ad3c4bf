import type { Instant } from '../../domain/shared/time.js';
import { instantOf } from '../../domain/shared/time.js';
import type { Handlers } from '../read-model.js';
import type { AsOfAbout } from './as-of.js';
import { sequenceOf } from './as-of.js';
import type { Statement, Tables } from './tables.js';

/** What decides, beside expiry, whether a held unit may leave: authorisations and quarantines with their history. */
export const STANDING_SCHEMA = `
  CREATE TABLE authorisations (
    authorisation_id TEXT PRIMARY KEY, issuer TEXT NOT NULL, supplier_id TEXT NOT NULL,
    valid_from INTEGER NOT NULL, valid_to INTEGER, granted_sequence INTEGER NOT NULL,
    revoked_at INTEGER, revoked_sequence INTEGER
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
  const grant = tables.prepare(
    'INSERT INTO authorisations (authorisation_id, issuer, supplier_id, valid_from, valid_to, granted_sequence) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const grantSku = tables.prepare('INSERT OR IGNORE INTO authorised_skus VALUES (?, ?, ?)');
  const revoke = tables.prepare(
    'UPDATE authorisations SET revoked_at = ?, revoked_sequence = ? WHERE authorisation_id = ?',
  );
  const quarantine = tables.prepare('INSERT INTO quarantines VALUES (?, ?, ?, ?, ?)');
  return {
    AuthorisationGranted: ({ event: { payload } }, { sequence }) => {
      const validTo = payload.validTo === null ? null : instantOf(payload.validTo);
      const { authorisationId, supplierId } = payload;
      grant.run(authorisationId, payload.issuer, supplierId, instantOf(payload.validFrom), validTo, sequence);
      for (const sku of payload.skus) grantSku.run(supplierId, sku, authorisationId);
    },
    AuthorisationRevoked: ({ event: { payload } }, { sequence }) => {
      revoke.run(instantOf(payload.revokedAt), sequence, payload.authorisationId);
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

const EVER: Instant = Number.MAX_SAFE_INTEGER;

/** Answers questions about standing from these tables. */
export class StandingQueries {
  private readonly inForce: Statement<unknown>;
  private readonly lastQuarantine: Statement<{ quarantined: number }>;

  constructor(tables: Tables) {
    this.inForce = tables.prepare(
      `SELECT 1 FROM authorised_skus JOIN authorisations USING (authorisation_id)
       WHERE authorised_skus.supplier_id = ? AND sku = ? AND granted_sequence <= ? AND valid_from <= ?
         AND (valid_to IS NULL OR valid_to > ?)
         AND NOT (revoked_sequence IS NOT NULL AND revoked_sequence <= ? AND revoked_at <= ?) LIMIT 1`,
    );
    this.lastQuarantine = tables.prepare(
      `SELECT quarantined FROM quarantines WHERE lot_id = ? AND sequence <= ? AND occurred_at <= ?
       ORDER BY sequence DESC LIMIT 1`,
    );
  }

  asOf(asOf: AsOfAbout): StandingAsOf {
    const sequence = sequenceOf(asOf);
    const { at, occurredUntil = EVER } = asOf;
    const authorised = new Map<string, boolean>();
    return {
      authorised: (supplierId, sku) => {
        const key = JSON.stringify([supplierId, sku]);
        const known = authorised.get(key);
        if (known !== undefined) return known;
        const found = this.inForce.get(supplierId, sku, sequence, at, at, sequence, at) !== undefined;
        authorised.set(key, found);
        return found;
      },
      quarantined: (lotId) => this.lastQuarantine.get(lotId, sequence, occurredUntil)?.quarantined === 1,
    };
  }
}
