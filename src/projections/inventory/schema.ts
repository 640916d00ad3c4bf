import { PENDING_PARTS_SCHEMA } from '../shared/pending-parts.js';
import { runningTimesSchema } from '../shared/running-times.js';
import { STANDING_SCHEMA } from '../shared/standing-tables.js';

/**
 * A journal of units. An account is the units of one lot in one state (held ones by pool and own expiry), or with an
 * empty lot the units of a whole SKU that are not held any more. Every posting carries the balance after it, so the
 * balance as of any sequence is one index seek.
 */
export const INVENTORY_SCHEMA = `
  CREATE TABLE products (
    sku TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, product_class TEXT NOT NULL,
    fulfilment TEXT NOT NULL, face_value TEXT NOT NULL, currency TEXT NOT NULL, sequence INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE lots (
    lot_id TEXT PRIMARY KEY, sku TEXT NOT NULL, supplier_id TEXT NOT NULL, expires_at INTEGER,
    received_sequence INTEGER NOT NULL, received_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY, sku TEXT NOT NULL, lot_id TEXT NOT NULL, state TEXT NOT NULL,
    pool TEXT NOT NULL, expires_on TEXT NOT NULL, opened_sequence INTEGER NOT NULL,
    -- The event that took the last unit; beyond every sequence while there are any.
    emptied_sequence INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX accounts_by_lot ON accounts (lot_id, sku, state, pool, expires_on);
  CREATE INDEX accounts_by_sku ON accounts (sku, state, emptied_sequence);
  CREATE INDEX accounts_by_state ON accounts (state, emptied_sequence);
  CREATE TABLE postings (
    account_id INTEGER NOT NULL, sequence INTEGER NOT NULL, occurred_at INTEGER NOT NULL, quantity INTEGER NOT NULL,
    balance INTEGER NOT NULL, late INTEGER NOT NULL, PRIMARY KEY (account_id, sequence)
  ) WITHOUT ROWID;
  -- For people and tools that open the file.
  CREATE VIEW balances AS SELECT accounts.*, (
    SELECT balance FROM postings WHERE postings.account_id = accounts.account_id ORDER BY sequence DESC LIMIT 1
  ) AS balance FROM accounts;
  CREATE INDEX late_postings ON postings (account_id, occurred_at, quantity) WHERE late = 1;
  ${runningTimesSchema('occurred_times')}
  ${PENDING_PARTS_SCHEMA}
  ${STANDING_SCHEMA}
`;
