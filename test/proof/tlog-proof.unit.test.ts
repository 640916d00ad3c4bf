import { formatCheckpoint, openCheckpoint } from '../../src/proof/checkpoint.js';
import { EMPTY_ROOT } from '../../src/proof/hashes.js';
import { Malformed } from '../../src/proof/malformed.js';
import { verifyInclusion } from '../../src/proof/merkle-proof.js';
import { Ed25519Signer, readVkey, signNote, vkeyOf } from '../../src/proof/note.js';
import { inclusionProof, rootAt } from '../../src/proof/tiled-tree.js';
import { formatTlogProof, readTlogProof } from '../../src/proof/tlog-proof.js';
import { builtShelf, everyFlip, leaves } from './trees.js';

const SIZE = 300;
const INDEX = 129;
const hashes = leaves(SIZE);
const shelf = builtShelf(hashes);
const log = new Ed25519Signer('ledger.example.com/main', Buffer.alloc(32, 3));
const logKey = readVkey(vkeyOf(log));
const checkpoint = signNote(
  formatCheckpoint({ origin: log.name, size: SIZE, root: rootAt(SIZE, shelf.source) }),
  [log],
);
const proof = { index: INDEX, proof: inclusionProof(INDEX, SIZE, shelf.source), checkpoint };
const text = formatTlogProof(proof);

/** What an auditor does who holds the leaf and the log's key. */
function isProved(file: string): boolean {
  const read = readTlogProof(file);
  const { size, root } = openCheckpoint(read.checkpoint, [logKey]).checkpoint;
  return verifyInclusion({
    leafHash: hashes[INDEX] as Buffer,
    index: read.index,
    size,
    proof: read.proof,
    root,
  });
}

describe('a tlog-proof', () => {
  it('has the lines of the specification', () => {
    const lines = text.split('\n');
    expect(lines.slice(0, 2)).toEqual(['c2sp.org/tlog-proof@v1', 'index 129']);
    expect(lines[2]).toBe(hashes[INDEX - 1]?.toString('base64'));
    expect(text.endsWith(`\n\n${checkpoint}`)).toBe(true);
  });

  it('gives back what was put in, with extra data or without', () => {
    expect(readTlogProof(text)).toEqual(proof);
    const withExtra = { ...proof, extra: Buffer.from('age') };
    expect(formatTlogProof(withExtra).split('\n')[1]).toBe('extra YWdl');
    expect(readTlogProof(formatTlogProof(withExtra))).toEqual(withExtra);
  });

  it('of the only leaf has no hash', () => {
    const one = formatCheckpoint({ origin: log.name, size: 1, root: hashes[0] as Buffer });
    const alone = { index: 0, proof: [], checkpoint: signNote(one, [log]) };
    expect(readTlogProof(formatTlogProof(alone))).toEqual(alone);
  });

  it('proves its leaf, and with any bit of the file turned it does not', () => {
    expect(isProved(text)).toBe(true);
    const changed = everyFlip(Buffer.from(text)).map((flip) => flip.toString('utf8'));
    expect(changed.filter((file) => attempt(() => isProved(file)))).toEqual([]);
  });

  it.each([
    ['another first line', text.replace('@v1', '@v2')],
    ['no index', text.replace('index 129\n', '')],
    ['an index with a leading zero', text.replace('129', '0129')],
    ['an index beyond the tree', text.replace('129', '300')],
    ['the index before extra', text.replace('index 129', 'index 129\nextra YWdl')],
    ['extra twice', text.replace('index', 'extra YWdl\nextra YWdl\nindex')],
    ['extra that is no base64', text.replace('index', 'extra !\nindex')],
    ['a hash cut short', text.replace(/\n[^\n]{44}\n/, '\nYWdl\n')],
    ['a hash that is not canonical', text.replace(/=\n/, '\n')],
    ['64 hashes', text.replace('index 129', `index 129${`\n${EMPTY_ROOT.toString('base64')}`.repeat(64)}`)],
    ['no checkpoint', text.slice(0, text.indexOf('\n\n') + 2)],
    ['a checkpoint without signatures', text.slice(0, text.indexOf('—'))],
    ['nothing', ''],
  ])('is malformed with %s', (_, wrong) => expect(() => readTlogProof(wrong)).toThrow(Malformed));

  it('is not written with what is no proof', () => {
    expect(() => formatTlogProof({ ...proof, proof: [Buffer.alloc(31)] })).toThrow(RangeError);
    expect(() => formatTlogProof({ ...proof, index: -1 })).toThrow(RangeError);
    expect(() => formatTlogProof({ ...proof, checkpoint: 'x' })).toThrow(Malformed);
  });
});

function attempt(action: () => boolean): boolean {
  try {
    return action();
  } catch {
    return false;
  }
}
