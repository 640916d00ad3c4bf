import fc from 'fast-check';
import { leafEntry, readEntry } from '../../src/proof/envelope.js';
import { leafHash } from '../../src/proof/hashes.js';
import { rootOfLeaves, verifyConsistency, verifyInclusion } from '../../src/proof/merkle-proof.js';
import { BuiltModels } from '../support/built-models.js';
import { ToldEvents } from '../support/told-events.js';

function story(events: number): ToldEvents {
  const told = new ToldEvents();
  for (let index = 1; index <= events; index += 1) {
    const payload = { merchantId: `M-${index}`, name: '大麦', channel: 'taobao' };
    const stream = index % 7 === 0 ? 'aside.datakey' : 'merchants';
    told.tell([stream], 'MerchantRegistered', payload, { occurredAt: '2026-09-01T09:00:00+08:00' });
  }
  return told;
}

const told = story(700);
const leaves = told.stored.filter(({ stream }) => !stream.includes('.aside.'));
const hashes = leaves.map((stored, index) => leafHash(leafEntry(stored, index + 1)));
const whole = new BuiltModels().apply(told.stored);
const tree = whole.queries.transparency;
afterAll(() => whole.close());

describe("the ledger's tree", () => {
  it('has a leaf for each event of the sequence and none for aside ones', () => {
    expect(tree.size()).toBe(600);
    const entries = tree.entries(0, 1000).map(readEntry);
    expect(entries.map(({ sequence }) => sequence)).toEqual(leaves.map((_, index) => index + 1));
    expect(entries.map(({ eventId }) => eventId)).toEqual(leaves.map(({ eventId }) => eventId));
    expect(tree.rootAt(600)).toEqual(rootOfLeaves(hashes));
  });

  it('is the same however its events arrived', () => {
    for (const commitEvery of [1, 3, 256]) {
      const other = new BuiltModels().apply(told.stored, { commitEvery, only: ['transparency'] });
      expect(other.digests()['transparency']).toEqual(whole.digests()['transparency']);
      other.close();
    }
  });

  it('goes on where it stood when it is opened again', () => {
    const first = new BuiltModels().apply(told.stored.slice(0, 350));
    first.reopen();
    first.apply(told.stored.slice(350));
    expect(first.queries.transparency.rootAt(600)).toEqual(tree.rootAt(600));
    first.close();
  });

  it('proves every leaf of every earlier tree, and that each begins the later ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 600 }),
        fc.nat(599),
        (a, b, leaf) => {
          const [oldSize, newSize] = [Math.min(a, b), Math.max(a, b)];
          const index = leaf % newSize;
          const root = tree.rootAt(newSize);
          const hash = hashes[index] as Buffer;
          expect(
            verifyInclusion({
              leafHash: hash,
              index,
              size: newSize,
              proof: tree.inclusionProof(index, newSize),
              root,
            }),
          ).toBe(true);
          const proof = tree.consistencyProof(oldSize, newSize);
          const oldRoot = tree.rootAt(oldSize);
          expect(verifyConsistency({ oldSize, oldRoot, newSize, newRoot: root, proof })).toBe(true);
        },
      ),
    );
  });

  it('finds an event by its id, and what stood at a position', () => {
    leaves.forEach(({ eventId }, index) => expect(tree.sequenceOf(eventId)).toBe(index + 1));
    expect(tree.sequenceOf('00000000-0000-4000-8000-ffffffffffff')).toBeUndefined();
    expect(tree.sequenceOf("x' OR 1")).toBeUndefined();
    expect(tree.sequenceAt(-1)).toBe(0);
    expect(tree.sequenceAt(5)).toBe(6);
    // An aside event stands at position 6: what was known before it is all there is.
    expect(tree.sequenceAt(6)).toBe(6);
    expect(tree.sequenceAt(7)).toBe(7);
  });

  it('gives no tile that it has not come to, and no root beyond itself', () => {
    expect(tree.tile(0, 2, 88)?.length).toBe(88 * 32);
    expect(tree.tile(0, 2, 89)).toBeUndefined();
    expect(tree.tile(1, 0, 2)?.length).toBe(64);
    expect(tree.tile(2, 0, 1)).toBeUndefined();
    expect(() => tree.rootAt(601)).toThrow('the tree has 600 leaves, not 601');
    expect(() => tree.inclusionProof(600, 600)).toThrow(RangeError);
    expect(() => tree.consistencyProof(0, 5)).toThrow(RangeError);
  });
});
