import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { FileFingerprints, TooManyKeys } from '../../../src/infrastructure/key-index/file-fingerprints.js';

function fingerprint(name: string | number): Buffer {
  return createHash('sha256').update(String(name)).digest().subarray(0, 16);
}

describe('the fingerprints of one file', () => {
  it('know each key by the serial it was first accepted as', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 30 }), { maxLength: 60 }), (names) => {
        const seen = new FileFingerprints();
        const model = new Map<number, number>();
        for (const name of names) {
          const earlier = model.get(name);
          if (earlier === undefined) model.set(name, model.size + 1);
          expect(seen.add(Buffer.concat([Buffer.alloc(5), fingerprint(name)]), 5)).toBe(earlier ?? 0);
        }
        expect(seen.count).toBe(model.size);
        expect(seen.slice(1, model.size)).toEqual(Buffer.concat([...model.keys()].map(fingerprint)));
      }),
    );
  });

  it('tell apart what begins alike: only all sixteen bytes make a key', () => {
    const seen = new FileFingerprints();
    const alike = Array.from({ length: 16 }, (_, at) => Buffer.alloc(16).fill(1, at, at + 1));
    alike.forEach((one) => expect(seen.add(one, 0)).toBe(0));
    alike.forEach((one, index) => expect(seen.add(one, 0)).toBe(index + 1));
  });

  it('hold on to all of them while the table grows, across segments', () => {
    const seen = new FileFingerprints();
    const count = 200_000;
    const packed = Buffer.alloc(count * 16);
    for (let index = 0; index < count; index += 1) {
      packed.writeUInt32LE(Math.imul(index, 0x9e3779b1) >>> 0, index * 16);
      packed.writeUInt32LE(index, index * 16 + 8);
    }
    const answers = new Set<number>();
    for (let index = 0; index < count; index += 1) answers.add(seen.add(packed, index * 16));
    expect([...answers]).toEqual([0]);
    for (const index of [0, 1, 65_535, 65_536, 131_072, count - 1])
      expect(seen.add(packed, index * 16)).toBe(index + 1);
    expect(seen.slice(65_000, 1000).equals(packed.subarray(64_999 * 16, 65_999 * 16))).toBe(true);
  });

  it('hand over only serials that are there', () => {
    const seen = new FileFingerprints();
    seen.add(fingerprint('a'), 0);
    expect(seen.slice(1, 1)).toEqual(fingerprint('a'));
    expect(() => seen.slice(0, 1)).toThrow(RangeError);
    expect(() => seen.slice(1, 2)).toThrow(RangeError);
  });

  it('are bounded: a key beyond the limit is refused, a duplicate is not', () => {
    const seen = new FileFingerprints(2);
    seen.add(fingerprint('a'), 0);
    seen.add(fingerprint('b'), 0);
    expect(seen.add(fingerprint('a'), 0)).toBe(1);
    expect(() => seen.add(fingerprint('c'), 0)).toThrow(TooManyKeys);
    expect(seen.count).toBe(2);
  });
});
