import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { unwrapDataKey, wrapDataKey } from '../../../src/infrastructure/custody/data-keys.js';
import {
  freshKey,
  masterKeyId,
  unwrapKey,
  wrapKey,
  type KeyUse,
} from '../../../src/infrastructure/custody/key-wrapping.js';
import {
  freshLedgerSecrets,
  openLedgerSecrets,
  sealLedgerSecrets,
} from '../../../src/infrastructure/custody/ledger-secrets.js';
import { flipped } from './tampering.js';
import { custodyError } from './custody-errors.js';

const masterKey = freshKey();
const otherMasterKey = freshKey();
const use: KeyUse = { purpose: 'data-key', ledgerId: 'main', of: ['LOT-1', 'attempt-1'] };

describe('a wrapped key', () => {
  it('opens with the master key and the use it was wrapped for', () => {
    const key = freshKey();
    expect(unwrapKey(masterKey, wrapKey(masterKey, key, use), use).equals(key)).toBe(true);
  });

  it('is other bytes each time', () => {
    const key = freshKey();
    expect(wrapKey(masterKey, key, use).sealed).not.toBe(wrapKey(masterKey, key, use).sealed);
  });

  it('says so when the master key is another', () => {
    const wrapped = wrapKey(masterKey, freshKey(), use);
    expect(() => unwrapKey(otherMasterKey, wrapped, use)).toThrow(custodyError('master_key_wrong'));
    const claimed = { ...wrapped, masterKeyId: masterKeyId(otherMasterKey) };
    expect(() => unwrapKey(otherMasterKey, claimed, use)).toThrow(custodyError('ciphertext_tampered'));
  });

  it.each<KeyUse>([
    { ...use, purpose: 'pepper' },
    { ...use, ledgerId: 'other' },
    { ...use, of: ['LOT-1', 'attempt-2'] },
    { ...use, of: ['LOT-1attempt-1'] },
    { ...use, of: ['LOT-1a', 'ttempt-1'] },
  ])('does not open in the place of another: %j', (otherUse) => {
    const wrapped = wrapKey(masterKey, freshKey(), use);
    expect(() => unwrapKey(masterKey, wrapped, otherUse)).toThrow(custodyError('ciphertext_tampered'));
  });

  it('does not open when any bit of it was changed, or when it was cut', () => {
    const wrapped = wrapKey(masterKey, freshKey(), use);
    const bytes = Buffer.from(wrapped.sealed, 'base64');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), fc.nat({ max: bytes.length - 1 }), (bit, length) => {
        for (const changed of [flipped(bytes, bit), bytes.subarray(0, length)]) {
          const sealed = changed.toString('base64');
          expect(() => unwrapKey(masterKey, { ...wrapped, sealed }, use)).toThrow(
            custodyError('ciphertext_tampered'),
          );
        }
      }),
    );
  });

  it('that is not of 32 bytes is refused', () => {
    const wrapped = wrapKey(masterKey, createSecretKey(Buffer.alloc(31)), use);
    expect(() => unwrapKey(masterKey, wrapped, use)).toThrow(custodyError('ciphertext_tampered'));
  });

  it('names its master key without telling it', () => {
    expect(masterKeyId(masterKey)).toMatch(/^[0-9a-f]{16}$/);
    expect(masterKey.export().toString('hex')).not.toContain(masterKeyId(masterKey));
  });
});

describe('the secrets of a ledger', () => {
  it('open in the ledger that they were sealed for, and in no other', () => {
    const secrets = freshLedgerSecrets();
    const { payload } = sealLedgerSecrets(masterKey, 'main', secrets);
    const opened = openLedgerSecrets(masterKey, 'main', payload);
    expect(opened.pepper.equals(secrets.pepper)).toBe(true);
    expect(opened.signingSeed.equals(secrets.signingSeed)).toBe(true);
    expect(() => openLedgerSecrets(masterKey, 'other', payload)).toThrow(custodyError('ciphertext_tampered'));
    expect(() => openLedgerSecrets(otherMasterKey, 'main', payload)).toThrow(
      custodyError('master_key_wrong'),
    );
  });

  it('do not open when the two are exchanged', () => {
    const { payload } = sealLedgerSecrets(masterKey, 'main', freshLedgerSecrets());
    const exchanged = { ...payload, pepper: payload.signingSeed, signingSeed: payload.pepper };
    expect(() => openLedgerSecrets(masterKey, 'main', exchanged)).toThrow(
      custodyError('ciphertext_tampered'),
    );
  });

  it('are nowhere in the event that keeps them', () => {
    const secrets = freshLedgerSecrets();
    const written = JSON.stringify(sealLedgerSecrets(masterKey, 'main', secrets));
    for (const key of [secrets.pepper, secrets.signingSeed, masterKey]) {
      expect(written).not.toContain(key.export().toString('base64').slice(0, 40));
      expect(written).not.toContain(key.export().toString('hex'));
    }
  });
});

describe('the data key of an import attempt', () => {
  const attempt = { ledgerId: 'main', lotId: 'LOT-1', attempt: 'a-2' };

  it('is found among those of its lot', () => {
    const keys = ['a-1', 'a-2', 'a-3'].map((name) => ({ key: freshKey(), name }));
    const stream = keys.map(
      ({ key, name }) => wrapDataKey(masterKey, key, { ...attempt, attempt: name }).payload,
    );
    expect(unwrapDataKey(masterKey, stream, attempt).equals(keys[1]?.key ?? freshKey())).toBe(true);
  });

  it('that was destroyed is gone, and its error says so', () => {
    expect(() => unwrapDataKey(masterKey, [], attempt)).toThrow(custodyError('data_key_destroyed'));
    const other = wrapDataKey(masterKey, freshKey(), { ...attempt, attempt: 'a-1' }).payload;
    expect(() => unwrapDataKey(masterKey, [other], attempt)).toThrow(custodyError('data_key_destroyed'));
  });

  it('cannot be put in the place of another attempt', () => {
    const { payload } = wrapDataKey(masterKey, freshKey(), { ...attempt, attempt: 'a-1' });
    expect(() => unwrapDataKey(masterKey, [{ ...payload, attempt: 'a-2' }], attempt)).toThrow(
      custodyError('ciphertext_tampered'),
    );
  });
});
