import { checkCount } from './decimal.js';
import { EMPTY_ROOT, HASH_BYTES, fullSubtreeRoot, nodeHash } from './hashes.js';
import { TILE_HASHES } from './tiles.js';

export interface ChangedTile {
  readonly level: number;
  readonly number: number;
  /** All that the tile holds. */
  readonly hashes: Buffer;
}

/** The last tile of a level, while it fills. */
interface OpenTile {
  number: number;
  width: number;
  readonly hashes: Buffer;
  changed: boolean;
}

/**
 * Grows a tree of tiles by leaves. Holds one tile for each level, and the full ones until they are taken.
 */
export class TreeBuilder {
  private readonly levels: OpenTile[] = [];
  private full: ChangedTile[] = [];
  private leaves: number;

  /**
   * @param size of the tree that is there already
   * @param partial the hashes of a level's last tile, asked for each level where that tile is not full
   * @throws RangeError when a tile has not the width that the size demands
   */
  constructor(size: number, partial: (level: number) => Uint8Array) {
    this.leaves = checkCount(size, "a tree's size");
    for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_HASHES)) {
      this.levels.push(opened(level, count, partial));
    }
  }

  get size(): number {
    return this.leaves;
  }

  append(leafHash: Uint8Array): void {
    this.leaves += 1;
    this.push(0, leafHash);
  }

  /** The tiles that have changed since this was last asked; one that has filled comes once, full. */
  takeChanged(): ChangedTile[] {
    const taken = this.full;
    this.full = [];
    this.levels.forEach((tile, level) => {
      if (tile.changed) taken.push({ level, number: tile.number, hashes: Buffer.from(present(tile)) });
      tile.changed = false;
    });
    return taken;
  }

  /** Of all leaves so far. */
  root(): Buffer {
    // Lower levels stand further right, and within a tile smaller subtrees do.
    return this.levels.reduce<Buffer | undefined>(joinedFromRight, undefined) ?? EMPTY_ROOT;
  }

  private push(level: number, hash: Uint8Array): void {
    const tile = (this.levels[level] ??= emptyTile(0));
    tile.hashes.set(hash, tile.width * HASH_BYTES);
    tile.width += 1;
    tile.changed = true;
    if (tile.width === TILE_HASHES) this.fill(level, tile);
  }

  private fill(level: number, tile: OpenTile): void {
    this.full.push({ level, number: tile.number, hashes: Buffer.from(tile.hashes) });
    tile.number += 1;
    tile.width = 0;
    tile.changed = false;
    this.push(level + 1, fullSubtreeRoot(tile.hashes));
  }
}

function emptyTile(number: number): OpenTile {
  return { number, width: 0, hashes: Buffer.alloc(TILE_HASHES * HASH_BYTES), changed: false };
}

/** @param count how many hashes the level has */
function opened(level: number, count: number, partial: (level: number) => Uint8Array): OpenTile {
  const tile = emptyTile(Math.floor(count / TILE_HASHES));
  tile.width = count % TILE_HASHES;
  if (tile.width === 0) return tile;
  const hashes = partial(level);
  if (hashes.length !== tile.width * HASH_BYTES) {
    throw new RangeError(
      `tile ${tile.number} of level ${level} has ${hashes.length} bytes where ${tile.width} hashes were expected`,
    );
  }
  tile.hashes.set(hashes);
  return tile;
}

function present({ hashes, width }: OpenTile): Buffer {
  return hashes.subarray(0, width * HASH_BYTES);
}

function joinedFromRight(right: Buffer | undefined, { hashes, width }: OpenTile): Buffer | undefined {
  let joined = right;
  let end = width;
  while (end > 0) {
    const count = end & -end;
    const left = fullSubtreeRoot(hashes.subarray((end - count) * HASH_BYTES, end * HASH_BYTES));
    joined = joined === undefined ? left : nodeHash(left, joined);
    end -= count;
  }
  return joined;
}
