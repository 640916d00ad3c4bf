import { HASH_BYTES, leafHash } from '../../proof/hashes.js';
import { rootAt } from '../../proof/tiled-tree.js';
import { TILE_HASHES } from '../../proof/tiles.js';
import { TreeBuilder } from '../../proof/tree-builder.js';

const NO_HASHES = Buffer.alloc(0);

/**
 * The tree over the events, recomputed from their stored texts. All its tiles are kept (33 bytes an event), so that its
 * root at any size, and every hash that somebody else has written down, can be compared.
 */
export class EventTree {
  private readonly builder = new TreeBuilder(0, () => NO_HASHES);
  private readonly levels: Buffer[][] = [];
  private kept = 0;

  get size(): number {
    return this.builder.size;
  }

  append(entry: Uint8Array): void {
    this.builder.append(leafHash(entry));
  }

  /** @throws RangeError beyond the tree */
  rootAt(size: number): Buffer {
    if (size === this.size) return this.builder.root();
    this.keep();
    return rootAt(size, (level, number) => this.levels[level]?.[number] ?? NO_HASHES);
  }

  /** All hashes that a tile has by now; undefined where the tree has not come so far. */
  tile(level: number, number: number): Buffer | undefined {
    this.keep();
    const tile = this.levels[level]?.[number];
    return tile === undefined || tile.length === 0 ? undefined : tile;
  }

  leaf(index: number): Buffer | undefined {
    const at = (index % TILE_HASHES) * HASH_BYTES;
    const hash = this.tile(0, Math.floor(index / TILE_HASHES))?.subarray(at, at + HASH_BYTES);
    return hash?.length === HASH_BYTES ? hash : undefined;
  }

  /** Takes what has changed; called now and then, so that the builder's memory stays small. */
  keep(): void {
    if (this.kept === this.size) return;
    for (const { level, number, hashes } of this.builder.takeChanged()) {
      this.levels[level] ??= [];
      this.levels[level][number] = hashes;
    }
    this.kept = this.size;
  }
}
