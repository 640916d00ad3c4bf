import { checkCount } from './decimal.js';
import { Malformed } from './malformed.js';

/** How many hashes, or entries, a full tile holds. */
export const TILE_HASHES = 256;

/** The most bytes that an entry may have: a bundle gives its length in 16 bits. */
export const ENTRY_BYTES_MAX = 0xffff;

const LEVEL_MAX = 63;
const LENGTH_BYTES = 2;
const GROUP = 1000;
const GROUP_DIGITS = 3;

/** Of hashes (levels from 0, the leaves), or of the leaves' entries. */
export type TileLevel = number | 'entries';

export interface TileAddress {
  readonly level: TileLevel;
  /** Of the tile on its level, from 0. */
  readonly number: number;
  /** How many hashes or entries it holds: from 1 to `TILE_HASHES`. */
  readonly width: number;
}

/** The tile's path (C2SP tlog-tiles): `tile/0/x001/x234/067.p/12`. @throws RangeError for what is no tile */
export function tilePath(level: TileLevel, number: number, width: number): string {
  if (level !== 'entries' && checkCount(level, "a tile's level") > LEVEL_MAX)
    throw new RangeError(`a tile's level is at most ${LEVEL_MAX}, not ${level}`);
  if (checkCount(width, "a tile's width") < 1 || width > TILE_HASHES)
    throw new RangeError(`a tile's width is from 1 to ${TILE_HASHES}, not ${width}`);
  const suffix = width === TILE_HASHES ? '' : `.p/${width}`;
  return `tile/${level}/${numberPath(checkCount(number, "a tile's number"))}${suffix}`;
}

function numberPath(number: number): string {
  const last = String(number % GROUP).padStart(GROUP_DIGITS, '0');
  const rest = Math.floor(number / GROUP);
  return rest === 0 ? last : `${upperGroups(rest)}/${last}`;
}

function upperGroups(number: number): string {
  const group = `x${String(number % GROUP).padStart(GROUP_DIGITS, '0')}`;
  const rest = Math.floor(number / GROUP);
  return rest === 0 ? group : `${upperGroups(rest)}/${group}`;
}

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/** The tile that a path names; undefined for a path that `tilePath` would not write. */
export function readTilePath(path: string): TileAddress | undefined {
  const [, levelText, numberText, widthText] = PATH.exec(path) ?? [];
  if (levelText === undefined || numberText === undefined) return undefined;
  const level = levelText === 'entries' ? levelText : Number(levelText);
  const number = Number(numberText.replace(/[x/]/g, ''));
  const width = widthText === undefined ? TILE_HASHES : Number(widthText);
  return isTile(level, number, width) && tilePath(level, number, width) === path
    ? { level, number, width }
    : undefined;
}

function isTile(level: TileLevel, number: number, width: number): boolean {
  const isLevel = level === 'entries' || level <= LEVEL_MAX;
  return isLevel && Number.isSafeInteger(number) && width >= 1 && width <= TILE_HASHES;
}

/** A bundle of entries (C2SP tlog-tiles): each after its length in 16 bits. @throws RangeError for one too long */
export function encodeEntries(entries: readonly Uint8Array[]): Buffer {
  const parts = entries.flatMap((entry) => {
    if (entry.length > ENTRY_BYTES_MAX)
      throw new RangeError(`an entry has at most ${ENTRY_BYTES_MAX} bytes, not ${entry.length}`);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(entry.length);
    return [length, entry];
  });
  return Buffer.concat(parts);
}

/** The entries of a bundle, as views of its bytes. @throws Malformed when it ends within one, or holds more than a tile */
export function decodeEntries(bytes: Uint8Array): Buffer[] {
  const bundle = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    if (at + LENGTH_BYTES > bundle.length) throw new Malformed("the bundle ends within an entry's length");
    const begin = at + LENGTH_BYTES;
    at = begin + bundle.readUInt16BE(at);
    if (at > bundle.length) throw new Malformed(`the bundle ends within entry ${entries.length}`);
    entries.push(bundle.subarray(begin, at));
  }
  if (entries.length > TILE_HASHES)
    throw new Malformed(`a bundle holds at most ${TILE_HASHES} entries, not ${entries.length}`);
  return entries;
}
