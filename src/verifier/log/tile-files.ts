import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HASH_BYTES, leafHash } from '../../proof/hashes.js';
import { Malformed } from '../../proof/malformed.js';
import { decodeEntries, readTilePath, TILE_HASHES, tilePath, type TileAddress } from '../../proof/tiles.js';
import type { FindingCode } from '../findings.js';
import type { EventTree } from './event-tree.js';

/** A file of tiles that is not what the events give. */
export interface TileFault {
  readonly code: FindingCode;
  readonly file: string;
  readonly message: string;
  /** From 0: the leaf where file and event differ, where it is one. */
  readonly leaf?: number;
}

const TILES = 'tile';

/** Compares every tile and bundle of entries in a folder with the tree over the events; each fault is told once. */
export function* tileFaults(folder: string, tree: EventTree, promisedSize: number): Generator<TileFault> {
  const present = new Set<string>();
  for (const path of filesUnder(folder, TILES)) {
    present.add(path);
    const fault = faultOf(folder, path, tree);
    if (fault !== undefined) yield fault;
  }
  for (const path of pathsOfTree(promisedSize)) {
    if (!present.has(path)) yield { code: 'missing_file', file: path, message: 'it is not among the tiles' };
  }
}

/** Whether a folder holds tiles at all. */
export function hasTiles(folder: string): boolean {
  return readdirSync(folder).includes(TILES);
}

function* filesUnder(folder: string, path: string): Generator<string> {
  const children = readdirSync(join(folder, path), { withFileTypes: true });
  for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const childPath = `${path}/${child.name}`;
    if (child.isDirectory()) yield* filesUnder(folder, childPath);
    else yield childPath;
  }
}

function faultOf(folder: string, file: string, tree: EventTree): TileFault | undefined {
  const address = readTilePath(file);
  if (address === undefined) return { code: 'unexpected_file', file, message: 'no tile has this path' };
  const bytes = readFileSync(join(folder, file));
  return address.level === 'entries'
    ? faultOfEntries({ ...address, file }, bytes, tree)
    : faultOfTile({ ...address, level: address.level, file }, bytes, tree);
}

function faultOfTile(
  { level, number, width, file }: TileAddress & { readonly level: number; readonly file: string },
  bytes: Buffer,
  tree: EventTree,
): TileFault | undefined {
  const expected = tree.tile(level, number)?.subarray(0, width * HASH_BYTES) ?? Buffer.alloc(0);
  if (expected.length < width * HASH_BYTES) return beyondTree(file);
  if (bytes.length !== expected.length)
    return { code: 'tile_differs', file, message: `it has ${bytes.length} bytes, not ${expected.length}` };
  const index = firstDifferentHash(bytes, expected);
  if (index === undefined) return undefined;
  const message = `hash ${index} of it is not what the events give`;
  return {
    code: 'tile_differs',
    file,
    message,
    ...(level === 0 ? { leaf: number * TILE_HASHES + index } : {}),
  };
}

function faultOfEntries(
  { number, width, file }: TileAddress & { readonly file: string },
  bytes: Buffer,
  tree: EventTree,
): TileFault | undefined {
  const first = number * TILE_HASHES;
  if (first + width > tree.size) return beyondTree(file);
  const entries = decoded(bytes);
  if (entries?.length !== width)
    return { code: 'entries_differ', file, message: `it is no bundle of ${width} entries` };
  const index = entries.findIndex((entry, at) => tree.leaf(first + at)?.equals(leafHash(entry)) !== true);
  if (index < 0) return undefined;
  return {
    code: 'entries_differ',
    file,
    message: `entry ${index} of it is not the event's`,
    leaf: first + index,
  };
}

function decoded(bytes: Buffer): readonly Buffer[] | undefined {
  try {
    return decodeEntries(bytes);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function beyondTree(file: string): TileFault {
  return { code: 'unexpected_file', file, message: 'it holds more than the events give' };
}

export function firstDifferentHash(left: Buffer, right: Buffer): number | undefined {
  if (left.equals(right)) return undefined;
  for (let at = 0; ; at += HASH_BYTES) {
    if (!left.subarray(at, at + HASH_BYTES).equals(right.subarray(at, at + HASH_BYTES)))
      return at / HASH_BYTES;
  }
}

/** What a log of a size serves: every level's tiles, and the entries. */
function* pathsOfTree(size: number): Generator<string> {
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_HASHES)) {
    for (let number = 0; number * TILE_HASHES < count; number += 1) {
      const width = Math.min(TILE_HASHES, count - number * TILE_HASHES);
      yield tilePath(level, number, width);
      if (level === 0) yield tilePath('entries', number, width);
    }
  }
}
