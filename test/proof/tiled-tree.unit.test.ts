import fc from 'fast-check';
import { EMPTY_ROOT, nodeHash } from '../../src/proof/hashes.js';
import { splitOf, verifyConsistency, verifyInclusion } from '../../src/proof/merkle-proof.js';
import { consistencyProof, inclusionProof, rootAt } from '../../src/proof/tiled-tree.js';
import { TreeBuilder } from '../../src/proof/tree-builder.js';
import { TileShelf, builtShelf, leaves } from './trees.js';

const MOST = 66_100;
const hashes = leaves(MOST);
const shelf = builtShelf(hashes);
const roots = new Map<string, Buffer>();

/** By the definition of RFC 6962, without tiles; ranges that come again are remembered. */
function trueRoot(end: number, begin = 0): Buffer {
  if (end - begin <= 1) return hashes.slice(begin, end)[0] ?? EMPTY_ROOT;
  const range = `${begin}-${end}`;
  const middle = begin + splitOf(end - begin);
  const root = roots.get(range) ?? nodeHash(trueRoot(middle, begin), trueRoot(end, middle));
  roots.set(range, root);
  return root;
}

const BOUNDARIES = [1, 2, 3, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_793, MOST];
const anySize = fc.oneof(
  fc.constantFrom(...BOUNDARIES),
  fc.integer({ min: 1, max: 1100 }),
  fc.integer({ min: 65_000, max: MOST }),
);

describe('a tree of tiles', () => {
  it.each([0, ...BOUNDARIES])('has the root of its definition at size %d', (size) => {
    expect(rootAt(size, shelf.source)).toEqual(trueRoot(size));
  });

  it('proves every leaf asked for, in a tree of any size it has had', () => {
    fc.assert(
      fc.property(anySize, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (size, share) => {
        const index = Math.floor(share * size);
        const claim = { leafHash: hashes[index] as Buffer, index, size, root: trueRoot(size) };
        const proof = inclusionProof(index, size, shelf.source);
        expect(verifyInclusion({ ...claim, proof })).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('proves that each size continues the one before', () => {
    fc.assert(
      fc.property(anySize, anySize, (one, other) => {
        const [oldSize, newSize] = [Math.min(one, other), Math.max(one, other)];
        const proof = consistencyProof(oldSize, newSize, shelf.source);
        const claim = { oldSize, oldRoot: trueRoot(oldSize), newSize, newRoot: trueRoot(newSize), proof };
        expect(verifyConsistency(claim)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('reads no tile twice for a question, and few', () => {
    for (const ask of [
      () => rootAt(65_535, shelf.source),
      () => inclusionProof(40_000, 65_535, shelf.source),
      () => consistencyProof(40_001, 65_535, shelf.source),
    ]) {
      shelf.reads.length = 0;
      ask();
      expect(new Set(shelf.reads).size).toBe(shelf.reads.length);
      expect(shelf.reads.length).toBeLessThanOrEqual(4);
    }
  });

  it('reads nothing of what came after the size asked about', () => {
    const size = 700;
    const full = builtShelf(hashes.slice(0, 1500));
    const cut = builtShelf(hashes.slice(0, size));
    expect(rootAt(size, full.source)).toEqual(rootAt(size, cut.source));
    expect(inclusionProof(699, size, full.source)).toEqual(inclusionProof(699, size, cut.source));
    expect(consistencyProof(300, size, full.source)).toEqual(consistencyProof(300, size, cut.source));
  });

  it('answers nothing beyond itself', () => {
    const small = builtShelf(hashes.slice(0, 300));
    expect(() => rootAt(301, small.source)).toThrow(RangeError);
    expect(() => inclusionProof(300, 300, small.source)).toThrow(RangeError);
    expect(() => inclusionProof(-1, 300, small.source)).toThrow(RangeError);
    expect(() => inclusionProof(0, 301, small.source)).toThrow(RangeError);
    expect(() => consistencyProof(0, 300, small.source)).toThrow(RangeError);
    expect(() => consistencyProof(300, 299, small.source)).toThrow(RangeError);
    expect(() => consistencyProof(1, 301, small.source)).toThrow(RangeError);
    expect(rootAt(0, small.source)).toEqual(EMPTY_ROOT);
    expect(consistencyProof(300, 300, small.source)).toEqual([]);
  });
});

describe('a tree that grows', () => {
  it('has the tiles that C2SP names for 70,000 leaves', () => {
    const builder = new TreeBuilder(0, () => Buffer.alloc(0));
    const leaf = hashes[0] as Buffer;
    for (let at = 0; at < 70_000; at += 1) builder.append(leaf);
    const widths = builder.takeChanged().map(({ level, hashes: held }) => `${level}:${held.length / 32}`);
    const count = (tile: string): number => widths.filter((width) => width === tile).length;
    expect([count('0:256'), count('0:112'), count('1:256'), count('1:17'), count('2:1')]).toEqual([
      273, 1, 1, 1, 1,
    ]);
    expect(widths).toHaveLength(277);
  });

  it('has one full tile and one hash above it at 256 leaves', () => {
    const builder = new TreeBuilder(0, () => Buffer.alloc(0));
    for (const hash of hashes.slice(0, 256)) builder.append(hash);
    expect(builder.takeChanged().map(({ level, number }) => [level, number])).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(builder.takeChanged()).toEqual([]);
  });

  it('has at every moment the root of its definition, wherever it was stopped and taken up again', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 200, max: 300 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const kept = new TileShelf();
        let size = 0;
        for (const count of steps) {
          const builder = new TreeBuilder(size, kept.partialAt(size));
          for (const hash of hashes.slice(size, size + count)) builder.append(hash);
          size += count;
          expect(builder.size).toBe(size);
          expect(builder.root()).toEqual(trueRoot(size));
          kept.keep(builder);
          expect(rootAt(size, kept.source)).toEqual(trueRoot(size));
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([65_535, 65_536, 65_537])('goes on from %d leaves', (size) => {
    const builder = new TreeBuilder(size, shelf.partialAt(size));
    expect(builder.root()).toEqual(trueRoot(size));
    for (const hash of hashes.slice(size, size + 300)) builder.append(hash);
    expect(builder.root()).toEqual(trueRoot(size + 300));
  });

  it('gives what it has filled once, and copies that no later leaf changes', () => {
    const builder = new TreeBuilder(0, () => Buffer.alloc(0));
    builder.append(hashes[0] as Buffer);
    const [first] = builder.takeChanged();
    builder.append(hashes[1] as Buffer);
    expect(first?.hashes).toEqual(hashes[0]);
    expect(builder.takeChanged()).toEqual([
      { level: 0, number: 0, hashes: Buffer.concat(hashes.slice(0, 2)) },
    ]);
    expect(builder.root()).toEqual(nodeHash(hashes[0] as Buffer, hashes[1] as Buffer));
  });

  it('does not begin on tiles that do not fit its size', () => {
    expect(() => new TreeBuilder(5, () => Buffer.alloc(4 * 32))).toThrow(RangeError);
    expect(() => new TreeBuilder(-1, () => Buffer.alloc(0))).toThrow(RangeError);
    expect(new TreeBuilder(0, () => Buffer.alloc(0)).root()).toEqual(EMPTY_ROOT);
  });
});
