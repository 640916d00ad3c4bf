import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  EMPTY_ROOT,
  fullSubtreeRoot,
  leafHash,
  nodeHash,
  sha256,
  sha256Hex,
} from '../../src/proof/hashes.js';
import { rootOfLeaves } from '../../src/proof/merkle-proof.js';
import { leaves } from './trees.js';

const EIGHT_ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];

describe('the hashes of RFC 6962', () => {
  it.each([
    ['the empty tree', () => EMPTY_ROOT, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [
      'the empty leaf',
      () => leafHash(Buffer.alloc(0)),
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    ],
    [
      'a leaf',
      () => leafHash(Buffer.from('L123456')),
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    ],
    [
      'a node',
      () => nodeShort('N123', 'N456'),
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    ],
    [
      'a tree of eight leaves',
      () => rootOfLeaves(EIGHT_ENTRIES.map((entry) => leafHash(Buffer.from(entry, 'hex')))),
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ],
  ])('are known: %s', (_, made, known) => expect(made().toString('hex')).toBe(known));

  it('are the same whatever was hashed before and however long the entry is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000, size: 'max' }), (entry) => {
        const expected = createHash('sha256').update(Buffer.of(0)).update(entry).digest();
        expect(leafHash(entry).equals(expected)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('are of nodes: a prefix, left, right', () => {
    const [left, right] = [sha256('left'), sha256('right')];
    const expected = createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
    expect(nodeHash(left, right).equals(expected)).toBe(true);
    expect(sha256Hex('left')).toBe(left.toString('hex'));
  });

  it.each([1, 2, 4, 128, 256])('fold a full subtree of %d nodes', (count) => {
    const hashes = leaves(count);
    const given = Buffer.concat(hashes);
    expect(fullSubtreeRoot(given)).toEqual(rootOfLeaves(hashes));
    expect(given).toEqual(Buffer.concat(hashes));
  });
});

/** The vector's nodes are no hashes: the definition on its own. */
function nodeShort(left: string, right: string): Buffer {
  return sha256(Buffer.concat([Buffer.of(1), Buffer.from(left + right)]));
}
