import fc from 'fast-check';
import { formatAddCheckpoint, readAddCheckpoint } from '../../src/proof/add-checkpoint.js';
import { sha256 } from '../../src/proof/hashes.js';
import { Malformed } from '../../src/proof/malformed.js';

/** The example of C2SP tlog-witness. */
const CHECKPOINT =
  'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
  '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n';
const EXAMPLE =
  'old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n' +
  `5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n${CHECKPOINT}`;

describe('a request to cosign', () => {
  it('is that of the specification', () => {
    const request = readAddCheckpoint(EXAMPLE);
    expect([request.oldSize, request.proof.length, request.checkpoint]).toEqual([20852014, 4, CHECKPOINT]);
    expect(formatAddCheckpoint(request)).toBe(EXAMPLE);
  });

  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(63), (oldSize, count) => {
        const proof = Array.from({ length: count }, (_, at) => sha256(`${at}`));
        const request = { oldSize, proof, checkpoint: CHECKPOINT };
        expect(readAddCheckpoint(formatAddCheckpoint(request))).toEqual(request);
      }),
    );
  });

  it.each([
    ['no blank line', 'old 1\n'],
    ['no old size', `\n\n${CHECKPOINT}`],
    ['a sign', EXAMPLE.replace('old 2', 'old -2')],
    ['a zero before the size', EXAMPLE.replace('old 2', 'old 02')],
    ['a space too many', EXAMPLE.replace('old 2', 'old  2')],
    ['a hash that is not canonical', EXAMPLE.replace('kaw=', 'kax=')],
    ['a hash cut short', EXAMPLE.replace('PlRN', '')],
    [
      '64 hashes',
      EXAMPLE.replace('\n', `\n${sha256('x').toString('base64')}\n`.repeat(60).replaceAll('\n\n', '\n')),
    ],
  ])('is malformed with %s', (_, body) => expect(() => readAddCheckpoint(body)).toThrow(Malformed));

  it('is not written with more hashes than a tree is high', () => {
    const proof = Array.from({ length: 64 }, () => sha256('x'));
    expect(() => formatAddCheckpoint({ oldSize: 1, proof, checkpoint: CHECKPOINT })).toThrow(RangeError);
  });
});
