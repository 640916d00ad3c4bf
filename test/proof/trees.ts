import { leafHash } from '../../src/proof/hashes.js';
import { TreeBuilder } from '../../src/proof/tree-builder.js';
import type { TileSource } from '../../src/proof/tiled-tree.js';

/** Distinct leaves of a tree that nobody has to keep. */
export function leaves(count: number, salt = 'leaf'): Buffer[] {
  return Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`${salt} ${index}`)));
}

/** The tiles of a tree as a store would keep them, each at its widest. */
export class TileShelf {
  private readonly tiles = new Map<string, Buffer>();
  readonly reads: string[] = [];

  readonly source: TileSource = (level, number) => {
    this.reads.push(`${level}/${number}`);
    return this.tiles.get(`${level}/${number}`) ?? Buffer.alloc(0);
  };

  keep(builder: TreeBuilder): void {
    for (const { level, number, hashes } of builder.takeChanged())
      this.tiles.set(`${level}/${number}`, hashes);
  }

  /** What a builder that goes on at this size must be given of a level. */
  partialAt(size: number): (level: number) => Buffer {
    return (level) => {
      const count = Math.floor(size / 256 ** level);
      const tile = this.tiles.get(`${level}/${Math.floor(count / 256)}`) ?? Buffer.alloc(0);
      return tile.subarray(0, (count % 256) * 32);
    };
  }
}

export function builtShelf(hashes: readonly Buffer[]): TileShelf {
  const shelf = new TileShelf();
  const builder = new TreeBuilder(0, shelf.partialAt(0));
  for (const hash of hashes) builder.append(hash);
  shelf.keep(builder);
  return shelf;
}

/** The bytes with one bit turned. */
export function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** Every copy of the bytes that differs in one bit. */
export function everyFlip(bytes: Uint8Array): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => flipped(bytes, bit));
}
