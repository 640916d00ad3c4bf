import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hashes.js';

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  /** Of the leaf, from 0. */
  readonly index: number;
  /** Of the tree. */
  readonly size: number;
  /** The leaf's sibling first. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Where the walk stands: the node's index on its level, and the last index there. */
interface Place {
  readonly index: number;
  readonly last: number;
}

/** Whether the leaf stands at its index in the tree of that size and root (RFC 9162 §2.1.3.2). */
export function verifyInclusion({ leafHash, index, size, proof, root }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leafHash, root, ...proof]))
    return false;
  let place: Place | undefined = { index, last: size - 1 };
  let reached = leafHash;
  for (const sibling of proof) {
    if (place.last === 0) return false;
    if (isRightOrLast(place)) {
      reached = nodeHash(sibling, reached);
      place = upFromRight(place);
    } else {
      reached = nodeHash(reached, sibling);
      place = up(place);
    }
  }
  return place.last === 0 && same(reached, root);
}

/**
 * Whether the newer tree begins with all leaves of the older one (RFC 9162 §2.1.4.2). Every tree begins with the tree of
 * size 0, whose root is `EMPTY_ROOT`; then, and between equal sizes, the proof is empty.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) return false;
  if (!areHashes([oldRoot, newRoot, ...proof])) return false;
  if (oldSize === newSize) return proof.length === 0 && same(oldRoot, newRoot) && fitsSize(oldSize, oldRoot);
  if (oldSize === 0) return proof.length === 0 && same(oldRoot, EMPTY_ROOT);
  return walkBoth(claim);
}

function walkBoth({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): boolean {
  let place: Place = { index: oldSize - 1, last: newSize - 1 };
  while (isOdd(place.index)) place = up(place);
  // An old tree that is one full subtree is its own first step, and the proof leaves it out.
  const [first, ...rest] = place.index === 0 ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let old = first;
  let young = first;
  for (const step of rest) {
    if (place.last === 0) return false;
    if (isRightOrLast(place)) {
      old = nodeHash(step, old);
      young = nodeHash(step, young);
      place = upFromRight(place);
    } else {
      young = nodeHash(young, step);
      place = up(place);
    }
  }
  return place.last === 0 && same(old, oldRoot) && same(young, newRoot);
}

/** The root of a whole tree by its definition (RFC 6962 §2.1): for small trees and tests. */
export function rootOfLeaves(hashes: readonly Buffer[]): Buffer {
  const [first, second] = hashes;
  if (first === undefined) return EMPTY_ROOT;
  if (second === undefined) return first;
  const split = splitOf(hashes.length);
  return nodeHash(rootOfLeaves(hashes.slice(0, split)), rootOfLeaves(hashes.slice(split)));
}

/** The largest power of two below `size`, which is at least 2: how many leaves stand in the left subtree. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function isRightOrLast({ index, last }: Place): boolean {
  return isOdd(index) || index === last;
}

// Bit operations would cut numbers at 32 bits.
function up({ index, last }: Place): Place {
  return { index: Math.floor(index / 2), last: Math.floor(last / 2) };
}

/** A last node without a sibling rises until it has one on its left. */
function upFromRight(from: Place): Place {
  let place = from;
  while (!isOdd(place.index) && place.index !== 0) place = up(place);
  return up(place);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function fitsSize(size: number, root: Uint8Array): boolean {
  return size > 0 || same(root, EMPTY_ROOT);
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every(({ length }) => length === HASH_BYTES);
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
