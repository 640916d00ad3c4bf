export const LOADS_SCHEMA = `
  CREATE TABLE loads (
    pack_digest TEXT PRIMARY KEY, name TEXT NOT NULL, started_sequence INTEGER NOT NULL, finished_sequence INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX loads_by_start ON loads (started_sequence);
  -- Counts so far after each recorded group of lines.
  CREATE TABLE progress (
    pack_digest TEXT NOT NULL, sequence INTEGER NOT NULL, at TEXT NOT NULL,
    done INTEGER NOT NULL, replayed INTEGER NOT NULL, refused INTEGER NOT NULL,
    PRIMARY KEY (pack_digest, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE refusals (
    pack_digest TEXT NOT NULL, line INTEGER NOT NULL, op TEXT NOT NULL, code TEXT NOT NULL, ids TEXT NOT NULL,
    sequence INTEGER NOT NULL, PRIMARY KEY (pack_digest, line)
  ) WITHOUT ROWID;
`;
