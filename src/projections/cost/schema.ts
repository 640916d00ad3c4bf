import { PENDING_PARTS_SCHEMA } from '../shared/pending-parts.js';
import { runningTimesSchema } from '../shared/running-times.js';

/** In micros, see amounts.ts. Without a type, for SQLite would make a floating-point number of digits beyond 64 bits. */
const AMOUNTS = `
  on_hand_cost NOT NULL, cost_of_goods_sold NOT NULL, revenue NOT NULL,
  supplier_claims NOT NULL, inventory_losses NOT NULL, returned_to_supplier NOT NULL`;

/**
 * A journal of amounts with periodic balances. A balance row stands for one account holder (a SKU, a lot …) in one
 * currency at the end of one period of sequences, of all days or of what one business day added; the last period's row is
 * the present balance.
 */
export const COST_SCHEMA = `
  CREATE TABLE lots (
    lot_id TEXT PRIMARY KEY, sku TEXT NOT NULL, supplier_id TEXT NOT NULL, unit_cost TEXT NOT NULL,
    currency TEXT NOT NULL, received_sequence INTEGER NOT NULL, received_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX lots_by_sku ON lots (sku, received_sequence);
  CREATE TABLE postings (
    sequence INTEGER NOT NULL, line INTEGER NOT NULL, occurred_at INTEGER NOT NULL, late INTEGER NOT NULL,
    day TEXT NOT NULL, sku TEXT NOT NULL, lot_id TEXT NOT NULL, supplier_id TEXT NOT NULL, merchant_id TEXT NOT NULL,
    currency TEXT NOT NULL, on_hand_units INTEGER NOT NULL, ${AMOUNTS},
    PRIMARY KEY (sequence, line)
  ) WITHOUT ROWID;
  CREATE INDEX postings_by_sku ON postings (sku, sequence);
  CREATE INDEX late_postings ON postings (occurred_at, sequence) WHERE late = 1;
  CREATE TABLE holders (
    holder_id INTEGER PRIMARY KEY, dimension TEXT NOT NULL, key TEXT NOT NULL, currency TEXT NOT NULL
  );
  CREATE UNIQUE INDEX holders_by_key ON holders (dimension, key, currency);
  CREATE TABLE balances (
    -- An empty day for all of them together.
    holder_id INTEGER NOT NULL, day TEXT NOT NULL, period INTEGER NOT NULL, on_hand_units INTEGER NOT NULL, ${AMOUNTS},
    PRIMARY KEY (holder_id, day, period)
  ) WITHOUT ROWID;
  ${runningTimesSchema('occurred_times')}
  ${PENDING_PARTS_SCHEMA}
`;
