import { checkCount } from './decimal.js';
import { EMPTY_ROOT, HASH_BYTES, fullSubtreeRoot, nodeHash } from './hashes.js';
import { splitOf } from './merkle-proof.js';
import { TILE_HASHES } from './tiles.js';

/** All hashes that the tile has by now, one after another. */
export type TileSource = (level: number, number: number) => Uint8Array;

/** How many levels of nodes stand in one tile: 2^8 = `TILE_HASHES`. */
const TILE_HEIGHT = 8;

/** The root of the tree's first `size` leaves. @throws RangeError beyond the tree */
export function rootAt(size: number, source: TileSource): Buffer {
  checkCount(size, "a tree's size");
  return size === 0 ? EMPTY_ROOT : rangeRoot(0, size, remembering(source));
}

/**
 * From the leaf's sibling to the root's child (RFC 6962 §2.1.1) in the tree of the first `size` leaves.
 * @throws RangeError for a leaf outside, or a size beyond the tree
 */
export function inclusionProof(index: number, size: number, source: TileSource): Buffer[] {
  checkCount(size, "a tree's size");
  if (checkCount(index, "a leaf's index") >= size)
    throw new RangeError(`leaf ${index} is not in a tree of size ${size}`);
  const tiles = remembering(source);
  const proof: Buffer[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitOf(end - begin);
    if (index < middle) {
      proof.push(rangeRoot(middle, end, tiles));
      end = middle;
    } else {
      proof.push(rangeRoot(begin, middle, tiles));
      begin = middle;
    }
  }
  return proof.reverse();
}

/**
 * That the first `newSize` leaves begin with the first `oldSize` (RFC 6962 §2.1.2); empty between equal sizes.
 * @throws RangeError for an old size of 0 or above the new one, or a size beyond the tree
 */
export function consistencyProof(oldSize: number, newSize: number, source: TileSource): Buffer[] {
  checkCount(newSize, "a tree's size");
  if (checkCount(oldSize, "a tree's size") < 1 || oldSize > newSize)
    throw new RangeError(`a tree of size ${newSize} has no consistency proof from size ${oldSize}`);
  const tiles = remembering(source);
  const proof: Buffer[] = [];
  let begin = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = begin + splitOf(end - begin);
    if (oldSize <= middle) {
      proof.push(rangeRoot(middle, end, tiles));
      end = middle;
    } else {
      proof.push(rangeRoot(begin, middle, tiles));
      begin = middle;
    }
  }
  // Where the old tree is itself the first subtree, who verifies has its root already.
  if (begin > 0) proof.push(rangeRoot(begin, end, tiles));
  return proof.reverse();
}

/** Of the leaves from `begin` to before `end`, where `begin` is where a subtree of that many leaves can begin. */
function rangeRoot(begin: number, end: number, tiles: TileSource): Buffer {
  const roots: Buffer[] = [];
  for (let at = begin; at < end;) {
    let height = 0;
    while (2 ** (height + 1) <= end - at) height += 1;
    roots.push(subtreeRoot(height, at / 2 ** height, tiles));
    at += 2 ** height;
  }
  return roots.reduceRight((right, left) => nodeHash(left, right));
}

/** Of the full subtree that is the `index`-th of its height. */
function subtreeRoot(height: number, index: number, tiles: TileSource): Buffer {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  const tile = Math.floor(first / TILE_HASHES);
  const from = (first % TILE_HASHES) * HASH_BYTES;
  const hashes = tiles(level, tile).subarray(from, from + count * HASH_BYTES);
  if (hashes.length !== count * HASH_BYTES)
    throw new RangeError(`the tree ends before hash ${first + count - 1} of level ${level}`);
  return fullSubtreeRoot(hashes);
}

/** Each tile is read once for a question. */
function remembering(source: TileSource): TileSource {
  const read = new Map<string, Uint8Array>();
  return (level, number) => {
    const address = `${level}/${number}`;
    const tile = read.get(address) ?? source(level, number);
    read.set(address, tile);
    return tile;
  };
}
