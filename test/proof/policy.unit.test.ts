import { formatCheckpoint } from '../../src/proof/checkpoint.js';
import { CosignatureSigner } from '../../src/proof/cosignature.js';
import { sha256 } from '../../src/proof/hashes.js';
import { Malformed } from '../../src/proof/malformed.js';
import {
  Ed25519Signer,
  UnverifiedNote,
  addSignatures,
  signNote,
  signatureLine,
  vkeyOf,
} from '../../src/proof/note.js';
import { formatPolicy, isSatisfied, judgeCheckpoint, readPolicy } from '../../src/proof/policy.js';

const ORIGIN = 'ledger.example.com/main';
const log = new Ed25519Signer(ORIGIN, Buffer.alloc(32, 1));
const nextLog = new Ed25519Signer(ORIGIN, Buffer.alloc(32, 2));
const otherLog = new Ed25519Signer('other.example.com/log', Buffer.alloc(32, 3));
const witnesses = Array.from({ length: 6 }, (_, at) => {
  return new CosignatureSigner(`witness.example/w${at}`, Buffer.alloc(32, 10 + at));
});
const vkey = (at: number): string => vkeyOf(witnesses[at] as CosignatureSigner);

/** The example of C2SP tlog-policy. */
const EXAMPLE = `
# two organisations
log ${vkeyOf(log)} https://ledger.example.com/log/
\tlog   ${vkeyOf(nextLog)}
witness X1 ${vkey(0)}
witness X2 ${vkey(1)} https://witness.example/
witness X3 ${vkey(2)}
group X-witnesses 2 X1 X2 X3
witness Y1 ${vkey(3)}
witness Y2 ${vkey(4)}
witness Y3 ${vkey(5)}
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;
const policy = readPolicy(EXAMPLE);
const text = formatCheckpoint({ origin: ORIGIN, size: 5, root: sha256('root') });
const cosigned = (note: string, ...by: readonly number[]): string =>
  addSignatures(
    note,
    by.map((at) => signatureLine((witnesses[at] as CosignatureSigner).cosign(text, 1_700_000_000))),
  );

describe('a policy', () => {
  it('is read with groups of groups, and written so that it is read the same', () => {
    expect(policy.logs).toEqual([
      { vkey: vkeyOf(log), url: 'https://ledger.example.com/log/' },
      { vkey: vkeyOf(nextLog) },
    ]);
    expect(policy.groups.map(({ name, threshold }) => [name, threshold])).toEqual([
      ['X-witnesses', 2],
      ['Y-witnesses', 1],
      ['X-and-Y', 2],
    ]);
    expect(readPolicy(formatPolicy(policy))).toEqual(policy);
  });

  it.each<[readonly string[], boolean]>([
    [['X1', 'X2', 'Y3'], true],
    [['X1', 'X2', 'X3', 'Y1', 'Y2'], true],
    [['X1', 'Y1', 'Y2', 'Y3'], false],
    [['X1', 'X2', 'X3'], false],
    [['X1', 'X1', 'Y1'], false],
    [[], false],
  ])('is satisfied by %j: %s', (names, satisfied) => expect(isSatisfied(policy, names)).toBe(satisfied));

  it('may ask for one witness, or for none', () => {
    const one = readPolicy(`witness W ${vkey(0)}\nquorum W\n`);
    expect([isSatisfied(one, ['W']), isSatisfied(one, ['V'])]).toEqual([true, false]);
    expect(isSatisfied(readPolicy('quorum none\n'), [])).toBe(true);
  });

  it.each([
    ['no quorum', `witness W ${vkey(0)}\n`],
    ['two quorums', 'quorum none\nquorum none\n'],
    ['a quorum that is not defined', 'quorum W\n'],
    ['a quorum that is defined later', `quorum W\nwitness W ${vkey(0)}\n`],
    ['a member that is defined later', `group G any W\nwitness W ${vkey(0)}\nquorum G\n`],
    ['a member of itself', 'group G any G\nquorum G\n'],
    ['a member twice', `witness W ${vkey(0)}\ngroup G any W W\nquorum G\n`],
    ['a member of two groups', `witness W ${vkey(0)}\ngroup G any W\ngroup H any W\nquorum G\n`],
    ['a group without members', 'group G all\nquorum G\n'],
    ['a threshold of 0', `witness W ${vkey(0)}\ngroup G 0 W\nquorum G\n`],
    ['a threshold beyond the members', `witness W ${vkey(0)}\ngroup G 2 W\nquorum G\n`],
    ['a threshold with a leading zero', `witness W ${vkey(0)}\ngroup G 01 W\nquorum G\n`],
    ['none as a member', 'group G any none\nquorum G\n'],
    ['none as a name', `witness none ${vkey(0)}\nquorum none\n`],
    ['a name twice', `witness W ${vkey(0)}\nwitness W ${vkey(1)}\nquorum none\n`],
    ['a key twice under two names', `witness V ${vkey(0)}\nwitness W ${vkey(0)}\nquorum none\n`],
    ['a log twice', `log ${vkeyOf(log)}\nlog ${vkeyOf(log)}\nquorum none\n`],
    ["a witness's key as a log's", `log ${vkey(0)}\nquorum none\n`],
    ["a log's key as a witness's", `witness W ${vkeyOf(log)}\nquorum none\n`],
    ['an item too many', 'quorum none none\n'],
    ['an item too few', 'log\nquorum none\n'],
    ['an unknown word', 'toString none\nquorum none\n'],
    ['an unknown threshold', `witness W ${vkey(0)}\ngroup G most W\nquorum G\n`],
    ['a threshold that every object has', `witness W ${vkey(0)}\ngroup G toString W\nquorum G\n`],
    ['a carriage return', 'quorum none\r\n'],
    ['nothing', ''],
  ])('is malformed with %s', (_, wrong) => expect(() => readPolicy(wrong)).toThrow(Malformed));

  it('says which line is wrong', () => {
    expect(() => readPolicy('# a comment\n\nquorum W\n')).toThrow('line 3 of the policy');
  });
});

describe('a checkpoint under a policy', () => {
  const note = signNote(text, [log]);

  it('is witnessed when the quorum cosigned it', () => {
    expect(judgeCheckpoint(policy, cosigned(note, 0, 2, 4))).toMatchObject({
      checkpoint: { origin: ORIGIN, size: 5 },
      logSignatures: [{ keyId: log.keyId }],
      witnesses: ['X1', 'X3', 'Y2'],
      isWitnessed: true,
    });
    expect(judgeCheckpoint(policy, cosigned(note, 0, 4)).isWitnessed).toBe(false);
    expect(judgeCheckpoint(policy, note).witnesses).toEqual([]);
  });

  it('may be signed with a key that comes or goes: an overlap names both', () => {
    expect(judgeCheckpoint(policy, signNote(text, [log, nextLog])).logSignatures).toHaveLength(2);
    expect(judgeCheckpoint(policy, signNote(text, [nextLog])).logSignatures).toHaveLength(1);
  });

  it('is refused when no log of its origin signed it, whatever the witnesses say', () => {
    const both = readPolicy(`log ${vkeyOf(log)}\nlog ${vkeyOf(otherLog)}\nquorum none\n`);
    expect(() => judgeCheckpoint(both, signNote(text, [otherLog]))).toThrow(UnverifiedNote);
    expect(() => judgeCheckpoint(policy, signNote(text, [otherLog]))).toThrow(UnverifiedNote);
    expect(() => judgeCheckpoint(policy, cosigned(signNote(text, [otherLog]), 0, 1, 3))).toThrow(
      UnverifiedNote,
    );
  });

  it('is refused when the cosignature of a known witness is of another text', () => {
    const other = formatCheckpoint({ origin: ORIGIN, size: 6, root: sha256('other') });
    const wrong = signatureLine((witnesses[0] as CosignatureSigner).cosign(other, 1_700_000_000));
    expect(() => judgeCheckpoint(policy, addSignatures(note, [wrong]))).toThrow(UnverifiedNote);
  });
});
