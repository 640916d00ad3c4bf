import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Fingerprinter, type KeyIdentity } from '../../../src/infrastructure/custody/fingerprint.js';
import { freshKey } from '../../../src/infrastructure/custody/key-wrapping.js';

const pepper = freshKey();
const fingerprinter = new Fingerprinter(pepper);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const key = fc.record({ number: fc.option(text), secret: text });

function modelFingerprint({ number, secret }: KeyIdentity): string {
  const hmac = createHmac('sha256', pepper);
  for (const value of [number ?? '', secret]) {
    const bytes = Buffer.from(value, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac.digest().subarray(0, 16).toString('hex');
}

describe('a fingerprint', () => {
  it('is the first half of an HMAC-SHA256 over the length-prefixed number and secret', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 8 }), (keys) => {
        const packed = fingerprinter.pack(keys);
        expect(packed.length).toBe(16 * keys.length);
        expect(keys.map((_, index) => packed.subarray(16 * index, 16 * index + 16).toString('hex'))).toEqual(
          keys.map(modelFingerprint),
        );
      }),
    );
  });

  it('is equal exactly when number and secret are', () => {
    const close = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aab', ' a', 'A', 'é', 'e\u0301');
    const identity = fc.record({ number: fc.option(close), secret: close });
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        const same = (one.number ?? '') === (other.number ?? '') && one.secret === other.secret;
        expect(fingerprinter.pack([one]).equals(fingerprinter.pack([other]))).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it('of a key without number is of its secret alone', () => {
    expect(fingerprinter.pack([{ number: '', secret: 's' }])).toEqual(
      fingerprinter.pack([{ number: null, secret: 's' }]),
    );
    expect(fingerprinter.pack([{ number: 's', secret: '' }])).not.toEqual(
      fingerprinter.pack([{ number: null, secret: 's' }]),
    );
  });

  it('tells nothing to who has another pepper', () => {
    const keys = [{ number: '1', secret: 's' }];
    expect(new Fingerprinter(freshKey()).pack(keys)).not.toEqual(fingerprinter.pack(keys));
  });

  it('is refused for a value that no line can hold', () => {
    expect(() => fingerprinter.pack([{ number: null, secret: 'x'.repeat(10_000) }])).toThrow(RangeError);
  });
});
