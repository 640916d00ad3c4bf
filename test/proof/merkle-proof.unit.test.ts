import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY_ROOT, leafHash, sha256 } from '../../src/proof/hashes.js';
import {
  rootOfLeaves,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from '../../src/proof/merkle-proof.js';
import { consistencyProof, inclusionProof } from '../../src/proof/tiled-tree.js';
import { builtShelf, everyFlip, flipped, leaves } from './trees.js';

interface Argon {
  readonly size: number;
  readonly root: string;
  readonly index: number;
  readonly entry: string;
  readonly inclusion: readonly string[];
  readonly oldSize: number;
  readonly oldRoot: string;
  readonly consistency: readonly string[];
}

const argon = JSON.parse(readFileSync(join(__dirname, 'fixtures/argon2020.json'), 'utf8')) as Argon;
const decode = (text: string): Buffer => Buffer.from(text, 'base64');

const argonInclusion: InclusionClaim = {
  leafHash: leafHash(decode(argon.entry)),
  index: argon.index,
  size: argon.size,
  proof: argon.inclusion.map(decode),
  root: decode(argon.root),
};
const argonConsistency: ConsistencyClaim = {
  oldSize: argon.oldSize,
  oldRoot: decode(argon.oldRoot),
  newSize: argon.size,
  newRoot: decode(argon.root),
  proof: argon.consistency.map(decode),
};

const MOST = 70;
const hashes = leaves(MOST);
const shelf = builtShelf(hashes);
const roots = Array.from({ length: MOST + 1 }, (_, size) => rootOfLeaves(hashes.slice(0, size)));
const rootOf = (size: number): Buffer => roots[size] as Buffer;

const inclusionOf = (index: number, size: number): InclusionClaim => ({
  leafHash: hashes[index] as Buffer,
  index,
  size,
  proof: inclusionProof(index, size, shelf.source),
  root: rootOf(size),
});
const consistencyOf = (oldSize: number, newSize: number): ConsistencyClaim => ({
  oldSize,
  oldRoot: rootOf(oldSize),
  newSize,
  newRoot: rootOf(newSize),
  proof: oldSize === 0 ? [] : consistencyProof(oldSize, newSize, shelf.source),
});

describe('a proof of inclusion', () => {
  it('of a log that we have not written is true', () => expect(verifyInclusion(argonInclusion)).toBe(true));

  it('is true for every leaf of every small tree, and for no other index or size', () => {
    for (let size = 1; size <= MOST; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const claim = inclusionOf(index, size);
        const wrong = [
          { ...claim, index: index ^ 1 },
          { ...claim, root: rootOf(size - 1) },
        ];
        expect([claim, ...wrong].map(verifyInclusion)).toEqual([true, false, false]);
      }
    }
  });

  it('of a small tree is none of a higher one with the same root', () => {
    expect(verifyInclusion({ ...inclusionOf(0, 2), size: 3 })).toBe(false);
    expect(verifyInclusion({ ...inclusionOf(5, 8), size: 9 })).toBe(false);
  });

  it('is false when any bit of leaf, proof or root is another', () => {
    const claim = inclusionOf(37, 69);
    const { proof } = claim;
    const changed: InclusionClaim[] = [
      ...everyFlip(claim.root).map((root) => ({ ...claim, root })),
      ...everyFlip(claim.leafHash).map((leaf) => ({ ...claim, leafHash: leaf })),
      ...proof.flatMap((hash, at) =>
        everyFlip(hash).map((flip) => ({ ...claim, proof: proof.with(at, flip) })),
      ),
    ];
    expect(changed.filter(verifyInclusion)).toEqual([]);
  });

  it.each<[string, Partial<InclusionClaim>]>([
    ['an index beyond the tree', { index: 69 }],
    ['an index below 0', { index: -1 }],
    ['an index that is no whole number', { index: 37.5 }],
    ['a size of 0', { size: 0 }],
    ['a size beyond 2^53', { size: 2 ** 53 }],
    ['a hash too few', { proof: inclusionOf(37, 69).proof.slice(1) }],
    ['a last hash too few', { proof: inclusionOf(37, 69).proof.slice(0, -1) }],
    ['a hash too many', { proof: [...inclusionOf(37, 69).proof, EMPTY_ROOT] }],
    ['a hash cut short', { proof: inclusionOf(37, 69).proof.with(0, EMPTY_ROOT.subarray(1)) }],
    ['the hashes turned round', { proof: [...inclusionOf(37, 69).proof].reverse() }],
    ['a root cut short', { root: rootOf(69).subarray(1) }],
  ])('is false with %s', (_, change) => {
    expect(verifyInclusion({ ...inclusionOf(37, 69), ...change })).toBe(false);
  });
});

describe('a proof of consistency', () => {
  it('of a log that we have not written is true, and in each of its bits', () => {
    expect(verifyConsistency(argonConsistency)).toBe(true);
    const { proof } = argonConsistency;
    proof.forEach((hash, at) => {
      const changed = proof.with(at, flipped(hash, at));
      expect(verifyConsistency({ ...argonConsistency, proof: changed })).toBe(false);
    });
  });

  it('is true between any two sizes of a small tree, and for no other size', () => {
    for (let newSize = 0; newSize <= MOST; newSize += 1) {
      for (let oldSize = 0; oldSize <= newSize; oldSize += 1) {
        const claim = consistencyOf(oldSize, newSize);
        const longer = { ...claim, proof: [...claim.proof, EMPTY_ROOT] };
        const shorter = { ...claim, proof: claim.proof.slice(0, -1) };
        const isSame = shorter.proof.length === claim.proof.length;
        expect([claim, longer, shorter].map(verifyConsistency)).toEqual([true, false, isSame]);
      }
    }
  });

  it('is false when any bit of a root or of the proof is another', () => {
    for (const claim of [consistencyOf(37, 69), consistencyOf(64, 69), consistencyOf(69, 69)]) {
      const { oldRoot, newRoot, proof } = claim;
      const changed: ConsistencyClaim[] = [
        ...everyFlip(oldRoot).map((root) => ({ ...claim, oldRoot: root })),
        ...everyFlip(newRoot).map((root) => ({ ...claim, newRoot: root })),
        ...proof.flatMap((hash, at) =>
          everyFlip(hash).map((flip) => ({ ...claim, proof: proof.with(at, flip) })),
        ),
      ];
      expect(changed.filter(verifyConsistency)).toEqual([]);
    }
  });

  it('from size 0 is the empty proof alone, from the root of the empty tree', () => {
    const claim = consistencyOf(0, 5);
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency({ ...claim, proof: [sha256('x')] })).toBe(false);
    expect(verifyConsistency({ ...claim, oldRoot: sha256('x') })).toBe(false);
    expect(verifyConsistency({ ...claim, newSize: 0 })).toBe(false);
    const nothing = { ...claim, newSize: 0, oldRoot: sha256('x'), newRoot: sha256('x') };
    expect(verifyConsistency(nothing)).toBe(false);
  });

  it('of a small tree is none of a higher one with the same root', () => {
    expect(verifyConsistency({ ...consistencyOf(1, 2), newSize: 3 })).toBe(false);
    expect(verifyConsistency({ ...consistencyOf(3, 8), newSize: 9 })).toBe(false);
  });

  it('is false for a tree that shrinks or was written anew', () => {
    expect(verifyConsistency({ ...consistencyOf(5, 9), oldSize: 9, newSize: 5 })).toBe(false);
    const other = builtShelf(leaves(9, 'rewritten'));
    const claim = {
      ...consistencyOf(5, 9),
      newRoot: rootOfLeaves(leaves(9, 'rewritten')),
      proof: consistencyProof(5, 9, other.source),
    };
    expect(verifyConsistency(claim)).toBe(false);
  });
});
