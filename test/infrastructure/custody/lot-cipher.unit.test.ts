import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { merkleLevels, merkleRoot } from '../../../src/infrastructure/custody/commitment.js';
import { verifyDisclosure } from '../../../src/infrastructure/custody/disclosure.js';
import { sha256Into } from '../../../src/infrastructure/custody/fast-hash.js';
import type { KeyIdentity } from '../../../src/infrastructure/custody/fingerprint.js';
import { freshKey } from '../../../src/infrastructure/custody/key-wrapping.js';
import {
  CHUNK_KEYS_MAX,
  LotCipher,
  type SealedChunk,
} from '../../../src/infrastructure/custody/lot-cipher.js';
import { flipped } from './tampering.js';
import { custodyError } from './custody-errors.js';

const dataKey = freshKey();
const cipher = new LotCipher(dataKey, 'LOT-1', 'attempt-1');
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const key: fc.Arbitrary<KeyIdentity> = fc.record({ number: fc.option(text), secret: text });
const keys = fc.array(key, { minLength: 1, maxLength: 20 });
const serials = fc.integer({ min: 1, max: 10_000_000 });
const tampered = custodyError('ciphertext_tampered');

function numbered(count: number): KeyIdentity[] {
  return Array.from({ length: count }, (_, index) => ({ number: `n${index}`, secret: `secret-${index}` }));
}

describe('a sealed chunk of keys', () => {
  it('opens to the same keys', () => {
    fc.assert(
      fc.property(keys, serials, (given, firstSerial) => {
        const chunk = cipher.seal(firstSerial, given);
        expect(chunk).toMatchObject({ firstSerial, count: given.length });
        expect(cipher.open(chunk)).toEqual(given);
      }),
    );
  });

  it('is the same bytes when the attempt is resumed, and others in another attempt, lot or place', () => {
    const given = numbered(3);
    const chunk = cipher.seal(1, given);
    expect(new LotCipher(dataKey, 'LOT-1', 'attempt-1').seal(1, given)).toEqual(chunk);
    expect(cipher.seal(4, given).ciphertext).not.toBe(chunk.ciphertext);
    expect(cipher.seal(4, given).commitment).not.toBe(chunk.commitment);
    const other = new LotCipher(freshKey(), 'LOT-1', 'attempt-1').seal(1, given);
    expect([other.ciphertext, other.commitment]).not.toContain(chunk.ciphertext);
    expect(other.commitment).not.toBe(chunk.commitment);
  });

  it('never uses a nonce for two plaintexts, however the chunks are cut', () => {
    const nonce = (chunk: SealedChunk): string =>
      Buffer.from(chunk.ciphertext, 'base64').subarray(0, 12).toString('hex');
    const nonces = [1, 2, 256, 2 ** 32 + 1].flatMap((first) =>
      [1, 2, 500].map((count) => nonce(cipher.seal(first, numbered(count)))),
    );
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it('does not open when any bit of it was changed, or when it was cut', () => {
    const chunk = cipher.seal(7, numbered(3));
    const bytes = Buffer.from(chunk.ciphertext, 'base64');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), fc.nat({ max: bytes.length - 1 }), (bit, length) => {
        for (const changed of [flipped(bytes, bit), bytes.subarray(0, length)]) {
          expect(() => cipher.open({ ...chunk, ciphertext: changed.toString('base64') })).toThrow(tampered);
        }
      }),
    );
    expect(() => cipher.open({ ...chunk, ciphertext: `${chunk.ciphertext} ` })).toThrow(tampered);
  });

  it('does not open in the place of another', () => {
    const chunk = cipher.seal(7, numbered(3));
    expect(() => cipher.open({ ...chunk, firstSerial: 8 })).toThrow(tampered);
    expect(() => cipher.open({ ...chunk, count: 4 })).toThrow(tampered);
    expect(() => new LotCipher(dataKey, 'LOT-2', 'attempt-1').open(chunk)).toThrow(tampered);
    expect(() => new LotCipher(dataKey, 'LOT-1', 'attempt-2').open(chunk)).toThrow(tampered);
    expect(() => new LotCipher(dataKey, 'LOT-1a', 'ttempt-1').open(chunk)).toThrow(tampered);
    expect(() => new LotCipher(freshKey(), 'LOT-1', 'attempt-1').open(chunk)).toThrow(tampered);
  });

  it('shows none of its secrets', () => {
    const chunk = cipher.seal(1, [{ number: '7936449507138140', secret: 'RUNX-P9HK-Y8HW-NG3W' }]);
    const shown = `${JSON.stringify(chunk)}${Buffer.from(chunk.ciphertext, 'base64').toString('latin1')}`;
    expect(shown).not.toMatch(/7936449507138140|RUNX/);
  });

  it('holds one key at least, a bounded number at most, and only text', () => {
    expect(() => cipher.seal(1, [])).toThrow(RangeError);
    expect(() => cipher.seal(1, numbered(CHUNK_KEYS_MAX + 1))).toThrow(RangeError);
    expect(() => cipher.seal(1, [{ number: null, secret: 'a\uD800' }])).toThrow(RangeError);
    expect(() => cipher.seal(1, [{ number: '\uDC00', secret: 'a' }])).toThrow(RangeError);
    expect(() => cipher.seal(1, [{ number: 'a\uD83D', secret: '\uDE00b' }])).toThrow(RangeError);
  });
});

describe('a disclosed key', () => {
  it('is proved to be the one committed to, at every place of chunks of every size', () => {
    for (const count of [1, 2, 3, 4, 5, 7, 8, 9, 31, 100, 500]) {
      const chunk = cipher.seal(1001, numbered(count));
      for (const index of new Set(
        [0, 1, Math.floor(count / 2), count - 2, count - 1].filter((at) => at >= 0 && at < count),
      )) {
        const disclosure = cipher.disclose(chunk, 1001 + index);
        expect(disclosure).toMatchObject({ number: `n${index}`, secret: `secret-${index}`, index, count });
        expect(verifyDisclosure(disclosure, chunk.commitment)).toBe(true);
      }
    }
  });

  it('is not proved once anything of it is changed', () => {
    fc.assert(
      fc.property(keys, fc.nat(), fc.nat({ max: 255 }), (given, pick, bit) => {
        const chunk = cipher.seal(1, given);
        const right = cipher.disclose(chunk, 1 + (pick % given.length));
        const change = (base64: string): string =>
          flipped(Buffer.from(base64, 'base64'), bit).toString('base64');
        const wrong = [
          { ...right, number: `${right.number}x` },
          { ...right, secret: `${right.secret}x` },
          { ...right, salt: change(right.salt) },
          { ...right, salt: `${right.salt}\n` },
          { ...right, index: right.index + 1 },
          { ...right, index: right.index - 1 },
          { ...right, index: right.index + 0.5 },
          { ...right, index: right.count },
          { ...right, path: [...right.path, right.salt] },
          { ...right, path: [...right.path, ''] },
          ...right.path.map((_, at) => ({
            ...right,
            path: right.path.map((hash, other) => (other === at ? change(hash) : hash)),
          })),
          ...right.path.map((_, at) => ({
            ...right,
            path: right.path.filter((_hash, other) => other !== at),
          })),
        ];
        expect(verifyDisclosure(right, chunk.commitment)).toBe(true);
        expect(wrong.filter((disclosure) => verifyDisclosure(disclosure, chunk.commitment))).toEqual([]);
        expect(verifyDisclosure(right, change(chunk.commitment))).toBe(false);
        expect(verifyDisclosure(right, '')).toBe(false);
      }),
    );
  });

  it('does not move what is number into what is secret', () => {
    const chunk = cipher.seal(1, [{ number: 'ab', secret: 'c' }]);
    const right = cipher.disclose(chunk, 1);
    expect(verifyDisclosure({ ...right, number: 'a', secret: 'bc' }, chunk.commitment)).toBe(false);
  });

  it('tells nothing of another key: each has a salt of its own', () => {
    const chunk = cipher.seal(1, [
      { number: null, secret: 'same' },
      { number: null, secret: 'same' },
    ]);
    const [first, second] = [cipher.disclose(chunk, 1), cipher.disclose(chunk, 2)];
    expect(first.salt).not.toBe(second.salt);
    expect(verifyDisclosure({ ...second, salt: first.salt }, chunk.commitment)).toBe(false);
  });

  it('is of a serial in the chunk, and of a chunk whose commitment fits', () => {
    const chunk = cipher.seal(5, numbered(2));
    expect(() => cipher.disclose(chunk, 4)).toThrow(RangeError);
    expect(() => cipher.disclose(chunk, 7)).toThrow(RangeError);
    const other = cipher.seal(7, numbered(2));
    expect(() => cipher.disclose({ ...chunk, commitment: other.commitment }, 5)).toThrow(tampered);
  });
});

describe('the tree of a commitment', () => {
  it('is that of RFC 6962, by a model that follows its definition', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 40 }),
        (digests) => {
          const entries = digests.map((digest) => Buffer.from(digest));
          expect(merkleRoot(merkleLevels(Buffer.concat(entries)))).toEqual(modelRoot(entries));
        },
      ),
    );
  });

  it('stands on SHA-256 with the prefixes of RFC 6962', () => {
    const hashed = (input: Buffer): string => {
      const target = Buffer.alloc(34);
      sha256Into(target, 1, input);
      return target.subarray(1, 33).toString('hex');
    };
    expect(hashed(Buffer.of(0))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(hashed(Buffer.from('\u0000L123456'))).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
    expect(hashed(Buffer.from('\u0001N123N456'))).toBe(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    );
    const eight = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    expect(modelRoot(eight.map((hex) => Buffer.from(hex, 'hex'))).toString('hex')).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    );
  });
});

function modelRoot(entries: readonly Buffer[]): Buffer {
  const hash = (...parts: readonly Buffer[]): Buffer =>
    createHash('sha256').update(Buffer.concat(parts)).digest();
  if (entries.length === 1) return hash(Buffer.of(0), entries[0] as Buffer);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return hash(Buffer.of(1), modelRoot(entries.slice(0, split)), modelRoot(entries.slice(split)));
}
