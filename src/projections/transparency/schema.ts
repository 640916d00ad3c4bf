/**
 * `leaves`: what is hashed, as bytes. `tiles`: the tree's hashes as C2SP tlog-tiles lays them out; the last tile of a
 * level may be partial.
 */
export const TRANSPARENCY_SCHEMA = `
  CREATE TABLE leaves (
    sequence INTEGER PRIMARY KEY, position INTEGER NOT NULL, event_id BLOB NOT NULL, entry BLOB NOT NULL
  );
  CREATE UNIQUE INDEX leaf_of_event ON leaves (event_id);
  CREATE TABLE tiles (level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, number));
`;
