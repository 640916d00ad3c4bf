import { HASH_BYTES } from '../../proof/hashes.js';
import { consistencyProof, inclusionProof, rootAt, type TileSource } from '../../proof/tiled-tree.js';
import type { Tables } from '../shared/tables.js';
import { eventIdBytes } from './event-id.js';
import type { TransparencyQuestions } from './questions.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function transparencyQuestions(tables: Tables): TransparencyQuestions {
  const tile = tables.prepare<{ hashes: Buffer }>('SELECT hashes FROM tiles WHERE level = ? AND number = ?');
  const source: TileSource = (level, number) => {
    const found = tile.get(level, number);
    if (found === undefined) throw new RangeError(`the tree has no tile ${number} of level ${level}`);
    return found.hashes;
  };
  const { size, ...leaves } = leafQuestions(tables);
  const checked = (wanted: number): number => {
    const present = size();
    if (wanted <= present) return wanted;
    throw new RangeError(`the tree has ${present} leaves, not ${wanted}`);
  };
  return {
    size,
    ...leaves,
    rootAt: (wanted) => rootAt(checked(wanted), source),
    inclusionProof: (index, wanted) => inclusionProof(index, checked(wanted), source),
    consistencyProof: (oldSize, newSize) => consistencyProof(oldSize, checked(newSize), source),
    tile: (level, number, width) => {
      const bytes = tile.get(level, number)?.hashes.subarray(0, width * HASH_BYTES);
      return bytes?.length === width * HASH_BYTES ? bytes : undefined;
    },
  };
}

function leafQuestions(
  tables: Tables,
): Pick<TransparencyQuestions, 'size' | 'entries' | 'sequenceOf' | 'sequenceAt'> {
  const size = tables.prepare<{ size: number }>('SELECT coalesce(max(sequence), 0) AS size FROM leaves');
  const entries = tables.prepare<{ entry: Buffer }>(
    'SELECT entry FROM leaves WHERE sequence > ? ORDER BY sequence LIMIT ?',
  );
  const ofEvent = tables.prepare<{ sequence: number }>('SELECT sequence FROM leaves WHERE event_id = ?');
  // Asked for the present mostly, so it looks from the end; positions rise with the sequence.
  const at = tables.prepare<{ sequence: number }>(
    'SELECT sequence FROM leaves WHERE position <= ? ORDER BY sequence DESC LIMIT 1',
  );
  return {
    size: () => size.get()?.size ?? 0,
    entries: (fromIndex, count) => entries.all(fromIndex, count).map(({ entry }) => entry),
    sequenceOf: (eventId) => (UUID.test(eventId) ? ofEvent.get(eventIdBytes(eventId))?.sequence : undefined),
    sequenceAt: (position) => at.get(position)?.sequence ?? 0,
  };
}
