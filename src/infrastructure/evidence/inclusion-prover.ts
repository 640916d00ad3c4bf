import { HASH_BYTES, nodeHash } from '../../proof/hashes.js';
import { TILE_HASHES } from '../../proof/tiles.js';
import type { EvidenceTree } from './ports.js';

const TILE_BITS = 8;
/** Remembered nodes and tiles: neighbours share most of their proofs. */
const NODES_MAX = 50_000;
const TILES_MAX = 256;

/** Makes the inclusion proofs of many leaves of one tree, each node computed once (RFC 6962 §2.1.1). */
export class InclusionProver {
  private readonly nodes = new Map<string, Buffer>();
  private readonly tiles = new Map<string, Buffer>();

  constructor(
    private readonly tree: Pick<EvidenceTree, 'tile'>,
    private readonly size: number,
  ) {}

  /** The leaf's sibling first. */
  proof(index: number): Buffer[] {
    const siblings: Buffer[] = [];
    let [first, end] = [0, this.size];
    while (end - first > 1) {
      const middle = first + largestPowerBelow(end - first);
      siblings.push(index < middle ? this.rangeRoot(middle, end) : this.rangeRoot(first, middle));
      if (index < middle) end = middle;
      else first = middle;
    }
    return siblings.reverse();
  }

  /** The root over leaves from one to before another, as the tree is cut. */
  private rangeRoot(first: number, end: number): Buffer {
    const key = `${first}-${end}`;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const root = this.computed(first, end);
    if (this.nodes.size >= NODES_MAX) this.nodes.clear();
    this.nodes.set(key, root);
    return root;
  }

  private computed(first: number, end: number): Buffer {
    const height = Math.log2(end - first);
    if (Number.isInteger(height) && height % TILE_BITS === 0)
      return this.hashOfTile(height / TILE_BITS, first / 2 ** height);
    const middle = first + largestPowerBelow(end - first);
    return nodeHash(this.rangeRoot(first, middle), this.rangeRoot(middle, end));
  }

  private hashOfTile(level: number, index: number): Buffer {
    const number = Math.floor(index / TILE_HASHES);
    const at = (index % TILE_HASHES) * HASH_BYTES;
    return this.tile(level, number).subarray(at, at + HASH_BYTES);
  }

  private tile(level: number, number: number): Buffer {
    const key = `${level}/${number}`;
    const known = this.tiles.get(key);
    if (known !== undefined) return known;
    const hashes = Math.floor(this.size / TILE_HASHES ** level) - number * TILE_HASHES;
    const tile = this.tree.tile(level, number, Math.min(TILE_HASHES, hashes));
    if (tile === undefined) throw new RangeError(`the tree has no tile ${number} of level ${level}`);
    if (this.tiles.size >= TILES_MAX) this.tiles.clear();
    this.tiles.set(key, tile);
    return tile;
  }
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}
