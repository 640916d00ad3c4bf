import { COUNTS_SCHEMA } from './counts.js';
import { STANDING_SCHEMA } from '../shared/standing-tables.js';

/**
 * From every key to its source and to every order, without a row per key: keys are ranges of serials. A movement is
 * filed under the smallest bin of serials that holds its whole range (bins.ts), so those of one key are found in a
 * few seeks however large its lot is.
 */
export const TRACEABILITY_SCHEMA = `
  CREATE TABLE facts (
    sequence INTEGER PRIMARY KEY, position INTEGER NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL,
    stream TEXT NOT NULL,
    -- As it was recorded, and the same as a number.
    occurred_at TEXT NOT NULL, occurred INTEGER NOT NULL,
    recorded_at TEXT NOT NULL, actor TEXT NOT NULL
  );
  CREATE TABLE purchase_orders (
    sequence INTEGER PRIMARY KEY, po_id TEXT NOT NULL UNIQUE, supplier_id TEXT NOT NULL
  );
  CREATE INDEX purchase_orders_by_supplier ON purchase_orders (supplier_id, sequence);
  CREATE TABLE purchase_order_lines (
    po_id TEXT NOT NULL, line INTEGER NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
    unit_cost TEXT NOT NULL, currency TEXT NOT NULL, authorisation_id TEXT NOT NULL, PRIMARY KEY (po_id, line)
  ) WITHOUT ROWID;
  CREATE TABLE receipts (
    po_id TEXT NOT NULL, sku TEXT NOT NULL, lot_id TEXT NOT NULL, attempt TEXT NOT NULL, accepted INTEGER NOT NULL,
    sequence INTEGER NOT NULL, occurred_at INTEGER NOT NULL, cancelled_sequence INTEGER, cancelled_at INTEGER,
    PRIMARY KEY (po_id, sku, lot_id, attempt)
  ) WITHOUT ROWID;
  CREATE TABLE lots (
    lot_number INTEGER PRIMARY KEY, lot_id TEXT NOT NULL UNIQUE, attempt TEXT NOT NULL, sku TEXT NOT NULL,
    po_id TEXT NOT NULL, supplier_id TEXT NOT NULL, authorisation_id TEXT NOT NULL, unit_cost TEXT NOT NULL,
    currency TEXT NOT NULL, expires_at TEXT, file_name TEXT NOT NULL, file_sha256 TEXT NOT NULL,
    file_bytes INTEGER NOT NULL, counts TEXT NOT NULL, accepted INTEGER NOT NULL,
    -- Null until the whole lot is in stock.
    pool TEXT, received_sequence INTEGER, received_at INTEGER
  );
  CREATE INDEX lots_by_receipt ON lots (received_sequence);
  CREATE INDEX lots_by_supplier ON lots (supplier_id, received_sequence);
  CREATE INDEX lots_by_purchase_order ON lots (po_id, received_sequence);
  CREATE INDEX lots_by_authorisation ON lots (authorisation_id, received_sequence);
  CREATE INDEX lots_by_file ON lots (file_sha256, received_sequence);
  CREATE TABLE chunks (
    lot_id TEXT NOT NULL, attempt TEXT NOT NULL, first_serial INTEGER NOT NULL, line_runs TEXT NOT NULL,
    expiry_runs TEXT NOT NULL, PRIMARY KEY (lot_id, attempt, first_serial)
  ) WITHOUT ROWID;
  CREATE TABLE orders (
    sequence INTEGER PRIMARY KEY, merchant_id TEXT NOT NULL, order_no TEXT NOT NULL, sku TEXT NOT NULL,
    pool TEXT NOT NULL, quantity INTEGER NOT NULL, unit_price TEXT NOT NULL, currency TEXT NOT NULL,
    occurred_at INTEGER NOT NULL, units TEXT NOT NULL
  );
  CREATE UNIQUE INDEX orders_by_number ON orders (merchant_id, order_no);
  CREATE INDEX orders_by_merchant ON orders (merchant_id, occurred_at, sequence);
  CREATE INDEX orders_by_time ON orders (occurred_at, sequence);
  CREATE TABLE settlements (
    sequence INTEGER PRIMARY KEY, order_sequence INTEGER NOT NULL, merchant_id TEXT NOT NULL, refund_no TEXT NOT NULL,
    reason TEXT NOT NULL, remedy TEXT NOT NULL, occurred_at INTEGER NOT NULL, places TEXT NOT NULL
  );
  CREATE INDEX settlements_by_order ON settlements (order_sequence, sequence);
  CREATE INDEX settlements_by_merchant ON settlements (merchant_id, occurred_at, sequence);
  CREATE INDEX settlements_by_time ON settlements (occurred_at, sequence);
  CREATE TABLE movements (
    lot_number INTEGER NOT NULL, bin INTEGER NOT NULL, sequence INTEGER NOT NULL, first_serial INTEGER NOT NULL,
    last_serial INTEGER NOT NULL, kind TEXT NOT NULL, order_sequence INTEGER, place INTEGER, authorisation_id TEXT,
    detail TEXT, PRIMARY KEY (lot_number, bin, sequence, first_serial, kind)
  ) WITHOUT ROWID;
  CREATE INDEX issues_by_lot ON movements (lot_number, sequence, first_serial) WHERE kind = 'issued';
  CREATE INDEX issues_by_authorisation ON movements (authorisation_id, sequence, lot_number, first_serial)
    WHERE kind = 'issued';
  ${COUNTS_SCHEMA}
  ${STANDING_SCHEMA}
`;
