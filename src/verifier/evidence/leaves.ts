import { readEntry, type Envelope } from '../../proof/envelope.js';
import { LEAVES_FOLDER } from '../../proof/evidence/manifest.js';
import { leafHash } from '../../proof/hashes.js';
import { decodeEntries, TILE_HASHES, tilePath } from '../../proof/tiles.js';
import { TreeBuilder } from '../../proof/tree-builder.js';
import type { Failures } from './findings.js';
import { readWhole, type PackSource } from './pack-source.js';
import type { Requirements } from './requirements.js';
import { microsOf } from './texts.js';

const FIRST_TILES = new Uint8Array(0);

interface Head {
  readonly size: number;
  readonly root: Buffer;
}

/**
 * Proves that nothing is missing: all leaves up to the checkpoint have its root, and each that the question calls for is
 * an event of the pack.
 * @param older a checkpoint whose root the first leaves must have
 * @returns whether every leaf was looked at
 */
export function checkLeaves(
  pack: PackSource,
  { size, root }: Head,
  expected: {
    readonly requirements: Requirements;
    readonly held: ReadonlySet<number>;
    readonly older: Head | undefined;
  },
  failures: Failures,
): boolean {
  const tree = new TreeBuilder(0, () => FIRST_TILES);
  const { held, requirements, older } = expected;
  const checkLeaf = (entry: Buffer, sequence: number, file: string): void => {
    const leaf = failures.attempt('leaves', { file }, () => envelopeOf(entry, sequence));
    if (leaf !== undefined && !held.has(sequence) && isCalledFor(leaf, requirements))
      tellMissing(leaf, failures);
  };
  for (let first = 0; first < size; first += TILE_HASHES) {
    const width = Math.min(TILE_HASHES, size - first);
    const file = `${LEAVES_FOLDER}${tilePath('entries', first / TILE_HASHES, width)}`;
    const entries = failures.attempt('leaves', { file }, () => entriesOf(pack, file, width));
    if (entries === undefined) return false;
    for (const [at, entry] of entries.entries()) {
      const sequence = first + at + 1;
      tree.append(leafHash(entry));
      if (older?.size === sequence && !tree.root().equals(older.root))
        failures.add(
          'consistency',
          `the first ${sequence} leaves have another root than the older checkpoint`,
        );
      checkLeaf(entry, sequence, file);
    }
    // What a full tile holds is not needed again.
    tree.takeChanged();
  }
  if (tree.root().equals(root)) return true;
  failures.add('leaves', `the ${size} leaves have another root than the checkpoint`, { file: LEAVES_FOLDER });
  return false;
}

function entriesOf(pack: PackSource, file: string, width: number): Buffer[] {
  const entries = decodeEntries(readWhole(pack, file));
  if (entries.length === width) return entries;
  throw new RangeError(`${file} holds ${entries.length} entries, not ${width}`);
}

function envelopeOf(entry: Buffer, sequence: number): Envelope {
  const envelope = readEntry(entry);
  if (envelope.sequence === sequence) return envelope;
  throw new RangeError(`leaf ${sequence - 1} says that it is of event ${envelope.sequence}`);
}

/** Whether a leaf belongs to the question. */
export function isCalledFor({ stream, type, occurredAt }: Envelope, requirements: Requirements): boolean {
  if (requirements.wholeStreams.has(stream)) return true;
  if (requirements.typesOfStream.get(stream)?.has(type) === true) return true;
  if (requirements.period === null) return false;
  const at = microsOf(occurredAt);
  return requirements.period[0] <= at && at < requirements.period[1];
}

function tellMissing({ sequence, stream, revision, type, eventId }: Envelope, failures: Failures): void {
  failures.add(
    'event_missing',
    `event ${sequence} (${type}, ${revision} of ${stream}) belongs to the question`,
    {
      event: { sequence, stream, revision, eventId, type, data: '', metadata: '' },
    },
  );
}
