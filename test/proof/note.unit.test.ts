import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { Malformed } from '../../src/proof/malformed.js';
import {
  Ed25519Signer,
  UnverifiedNote,
  addSignatures,
  openNote,
  readNote,
  readSignatureLine,
  readVkey,
  signNote,
  signatureLine,
  vkeyOf,
  type Verifier,
} from '../../src/proof/note.js';
import { everyFlip } from './trees.js';

/** The keys and notes of golang.org/x/mod/sumdb/note, and the example of C2SP signed-note. */
const PETER_SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const BY_PETER =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const BY_ENOCH =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const EXAMPLE = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const EXAMPLE_NOTE =
  'This is an example message.\n\n' +
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

const peter = readVkey(PETER);
const enoch = readVkey(ENOCH);
const NOTE = `${TEXT}\n${BY_PETER}${BY_ENOCH}`;

describe('a key that signs notes', () => {
  it.each([PETER, ENOCH, EXAMPLE])('is written and read as %s', (vkey) => {
    expect(vkeyOf(readVkey(vkey))).toBe(vkey);
  });

  it('signs as every other implementation does, from a seed or a key object', () => {
    const signers = [
      new Ed25519Signer('PeterNeumann', PETER_SEED),
      new Ed25519Signer('PeterNeumann', createSecretKey(PETER_SEED)),
    ];
    for (const signer of signers) {
      expect(vkeyOf(signer)).toBe(PETER);
      expect(signNote(TEXT, [signer])).toBe(`${TEXT}\n${BY_PETER}`);
    }
    const { privateKey } = generateKeyPairSync('ed25519');
    const signer = new Ed25519Signer('example.com/log', privateKey);
    expect(openNote(signNote(TEXT, [signer]), [readVkey(vkeyOf(signer))]).verified).toHaveLength(1);
  });

  it('is refused with any character of its vkey changed, and in every part of it', () => {
    for (let at = 0; at < PETER.length; at += 1) {
      const changed = `${PETER.slice(0, at)}${String.fromCharCode(PETER.charCodeAt(at) + 1)}${PETER.slice(at + 1)}`;
      expect(() => readVkey(changed)).toThrow(Malformed);
      expect(() => readVkey(PETER.slice(0, at))).toThrow(Malformed);
      if (at > 0) expect(() => readVkey(PETER.slice(at))).toThrow(Malformed);
    }
  });

  it.each([
    ['a key that is too long', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['an unknown type', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['a key id in capitals', PETER.replace('c74f20a3', 'C74F20A3')],
    ['a witness', 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'],
    ['white space at its end', `${PETER}\n`],
    ['a name of nothing', PETER.slice('PeterNeumann'.length)],
  ])('is refused for %s', (_, vkey) => expect(() => readVkey(vkey)).toThrow(Malformed));

  it.each(['', 'a b', 'a+b', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u2028b', 'a\u0085b', 'a\0b', '\ud800'])(
    'has no name like %j',
    (name) => expect(() => new Ed25519Signer(name, PETER_SEED)).toThrow(RangeError),
  );

  it('is made of 32 bytes or an Ed25519 key', () => {
    expect(() => new Ed25519Signer('a', Buffer.alloc(31))).toThrow(RangeError);
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    expect(() => new Ed25519Signer('a', privateKey)).toThrow(RangeError);
    expect(() => new Ed25519Signer('a', publicKey)).toThrow(RangeError);
  });
});

describe('a signed note', () => {
  it('is believed for the keys that are known, in its order', () => {
    expect(openNote(EXAMPLE_NOTE, [readVkey(EXAMPLE)]).text).toBe('This is an example message.\n');
    expect(openNote(Buffer.from(NOTE), [enoch, peter])).toMatchObject({
      text: TEXT,
      verified: [
        { name: 'PeterNeumann', keyId: 0xc74f20a3 },
        { name: 'EnochRoot', keyId: 0xaf0cfe78 },
      ],
    });
    expect(openNote(NOTE, [enoch]).verified).toHaveLength(1);
  });

  it('is not believed when no known key signed it', () => {
    expect(() => openNote(NOTE, [])).toThrow(UnverifiedNote);
    expect(() => openNote(NOTE, [readVkey(EXAMPLE)])).toThrow(UnverifiedNote);
    expect(() => openNote(NOTE.replaceAll('PeterNeumann', 'CarmenSandiego'), [peter])).toThrow(
      UnverifiedNote,
    );
  });

  it('is refused whole when a known key has not signed this text, whoever else did', () => {
    const wrong = NOTE.replace('x08go/ZJ', 'x08go/ZK');
    expect(() => openNote(wrong, [peter, enoch])).toThrow(UnverifiedNote);
    expect(openNote(wrong, [enoch]).verified).toHaveLength(1);
    const second = `${TEXT}\n${BY_PETER}${BY_PETER.replace('x08go/ZJ', 'x08go/ZK')}`;
    expect(() => openNote(second, [peter])).toThrow(UnverifiedNote);
  });

  it('counts a key once, however often it signed', () => {
    expect(openNote(`${TEXT}\n${BY_PETER}${BY_PETER}${BY_ENOCH}`, [peter, enoch]).verified).toHaveLength(2);
  });

  it('is refused when any bit of it is another', () => {
    const signed = Buffer.from(`${TEXT}\n${BY_PETER}`);
    for (const flip of everyFlip(signed)) {
      expect(() => openNote(flip, [peter])).toThrow(/./);
    }
  });

  it('may hold blank lines: the last one divides it', () => {
    const signer = new Ed25519Signer('PeterNeumann', PETER_SEED);
    for (const text of ['\n', 'a\n\nb\n', 'a\n\n', `a\n\n${BY_ENOCH}`]) {
      expect(openNote(signNote(text, [signer]), [peter]).text).toBe(text);
    }
  });

  it('carries at least 16 signatures and at most 100', () => {
    expect(readNote(`${TEXT}\n${BY_PETER.repeat(100)}`).signatures).toHaveLength(100);
    expect(() => readNote(`${TEXT}\n${BY_PETER.repeat(101)}`)).toThrow(Malformed);
  });

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['text alone', TEXT],
    ['no signature', `${TEXT}\n`],
    ['no last newline', `${TEXT}\n${BY_PETER.slice(0, -1)}`],
    ['a line that is no signature', `${TEXT}\n${BY_PETER}Unexpected line.\n`],
    ['a name with a space', `${TEXT}\n— Bad Name x08goA==\n`],
    ['a name with a plus', `${TEXT}\n— Bad+Name x08goAA=\n`],
    ['a hyphen for the dash', `${TEXT}\n${BY_PETER.replace('—', '-')}`],
    ['a signature that is a key id alone', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['base64 without its padding', `${TEXT}\n${BY_PETER.replace('=', '')}`],
    ['base64 that is not canonical', `${TEXT}\n${BY_PETER.replace('AM=', 'AN=')}`],
    ['base64 of the URL', `${TEXT}\n${BY_PETER.replace('/', '_')}`],
    ['two spaces', `${TEXT}\n${BY_PETER.replace('Neumann ', 'Neumann  ')}`],
    ['a control character', `\x01${TEXT}\n${BY_PETER}`],
    ['a carriage return', `${TEXT}\r\n\n${BY_PETER}`],
    ['a tab', `\t${TEXT}\n${BY_PETER}`],
    ['half a character', `\ud800${TEXT}\n${BY_PETER}`],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.of(0xff), Buffer.from(`${TEXT}\n${BY_PETER}`)])],
    ['more than a megabyte', `${'a'.repeat(1_000_001)}\n\n${BY_PETER}`],
  ])('is malformed with %s', (_, note) => expect(() => readNote(note)).toThrow(Malformed));

  it('keeps a byte order mark as part of its text', () => {
    expect(readNote(Buffer.from(`\ufeff${TEXT}\n${BY_PETER}`)).text).toBe(`\ufeff${TEXT}`);
  });

  it('is not made of a text that it cannot carry, or without a signer', () => {
    const signer = new Ed25519Signer('a', PETER_SEED);
    for (const text of ['', 'a', 'a\r\n', '\ud800\n'])
      expect(() => signNote(text, [signer])).toThrow(RangeError);
    expect(() => signNote(TEXT, [])).toThrow(RangeError);
  });
});

describe('signature lines', () => {
  it('are added once each, and change no text', () => {
    const byPeter = `${TEXT}\n${BY_PETER}`;
    expect(addSignatures(byPeter, [BY_ENOCH, BY_PETER, BY_ENOCH.trimEnd()])).toBe(NOTE);
    expect(() => addSignatures(byPeter, ['no signature'])).toThrow(Malformed);
    expect(() => addSignatures(byPeter, [`${BY_ENOCH}${BY_ENOCH}`])).toThrow(Malformed);
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.uint8Array({ minLength: 1, maxLength: 100 }), (keyId, bytes) => {
        const signature = { name: 'example.com/日本', keyId, signature: Buffer.from(bytes) };
        expect(readSignatureLine(signatureLine(signature))).toEqual(signature);
      }),
    );
  });
});

describe('who opens a note', () => {
  it('tells keys apart by name and id together', () => {
    const otherId: Verifier = { name: 'PeterNeumann', keyId: 1, verify: () => false };
    const otherName: Verifier = { name: 'Peter', keyId: peter.keyId, verify: () => false };
    expect(openNote(NOTE, [otherId, otherName, peter]).verified).toHaveLength(1);
  });
});
