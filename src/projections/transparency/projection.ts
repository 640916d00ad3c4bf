import { leafEntry } from '../../proof/envelope.js';
import { leafHash } from '../../proof/hashes.js';
import { TreeBuilder } from '../../proof/tree-builder.js';
import type { Projection, ReadModel } from '../read-model.js';
import type { Tables } from '../shared/tables.js';
import { eventIdBytes } from './event-id.js';
import { transparencyQuestions } from './queries.js';
import type { TransparencyQuestions } from './questions.js';
import { TRANSPARENCY_SCHEMA } from './schema.js';

const NO_HASHES = new Uint8Array(0);

/** Every event of the sequence as a leaf of one tree (RFC 6962): the same on every engine and after every rebuild. */
export const transparency: ReadModel<TransparencyQuestions> = {
  name: 'transparency',
  version: 1,
  schema: TRANSPARENCY_SCHEMA,
  open: (tables) => openTree(tables),
  questions: (tables) => transparencyQuestions(tables),
};

function openTree(tables: Tables): Projection {
  const addLeaf = tables.prepare('INSERT INTO leaves VALUES (?, ?, ?, ?)');
  const setTile = tables.prepare(
    'INSERT INTO tiles VALUES (?, ?, ?) ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes',
  );
  const builder = treeSoFar(tables);
  return {
    on: {},
    onStored: (stored, { sequence, position }) => {
      const entry = leafEntry(stored, sequence);
      addLeaf.run(sequence, position, eventIdBytes(stored.eventId), entry);
      builder.append(leafHash(entry));
    },
    flush: () => {
      for (const { level, number, hashes } of builder.takeChanged()) setTile.run(level, number, hashes);
    },
  };
}

function treeSoFar(tables: Tables): TreeBuilder {
  const last = tables
    .prepare<{ size: number }>('SELECT coalesce(max(sequence), 0) AS size FROM leaves')
    .get();
  const lastTile = tables.prepare<{ hashes: Buffer }>(
    'SELECT hashes FROM tiles WHERE level = ? ORDER BY number DESC LIMIT 1',
  );
  return new TreeBuilder(last?.size ?? 0, (level) => lastTile.get(level)?.hashes ?? NO_HASHES);
}
