import { formatCheckpoint, openCheckpoint, readCheckpoint } from '../../src/proof/checkpoint.js';
import { CosignatureSigner, cosignedAtSeconds, readWitnessVkey } from '../../src/proof/cosignature.js';
import { Malformed } from '../../src/proof/malformed.js';
import {
  Ed25519Signer,
  UnverifiedNote,
  addSignatures,
  openNote,
  readSignatureLine,
  readVkey,
  signNote,
  signatureLine,
  vkeyOf,
} from '../../src/proof/note.js';
import { everyFlip } from './trees.js';

/** The example of C2SP tlog-checkpoint. */
const EXAMPLE = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const SEED = Buffer.alloc(32, 7);
const AT_SECONDS = 1_679_315_147;

describe("a checkpoint's text", () => {
  const head = {
    origin: 'example.com/behind-the-sofa',
    size: 20852163,
    root: Buffer.from(ROOT, 'base64'),
  };

  it('is that of the specification', () => {
    expect(formatCheckpoint(head)).toBe(EXAMPLE);
    expect(readCheckpoint(EXAMPLE)).toEqual({ ...head, extensions: [] });
    expect(readCheckpoint(`${EXAMPLE}more\nand more\n`).extensions).toEqual(['more', 'and more']);
  });

  it.each([
    ['no last newline', EXAMPLE.slice(0, -1)],
    ['a leading zero', EXAMPLE.replace('2085', '02085')],
    ['a sign', EXAMPLE.replace('2085', '+2085')],
    ['a size beyond 2^53', EXAMPLE.replace('20852163', '9007199254740992')],
    ['no size', EXAMPLE.replace('20852163', '')],
    ['no origin', EXAMPLE.slice('example.com/behind-the-sofa'.length)],
    ['a root cut short', EXAMPLE.replace(ROOT, 'CsUYapGGPo4=')],
    ['a root that is not canonical', EXAMPLE.replace('q2I=', 'q2J=')],
    ['an empty extension line', `${EXAMPLE}\nmore\n`],
    ['a carriage return', EXAMPLE.replace('sofa', 'sofa\r')],
    ['two lines', 'a\n1\n'],
    ['nothing', ''],
  ])('is malformed with %s', (_, text) => expect(() => readCheckpoint(text)).toThrow(Malformed));

  it.each([
    ['an empty origin', { ...head, origin: '' }],
    ['an origin of two lines', { ...head, origin: 'a\nb' }],
    ['a root cut short', { ...head, root: head.root.subarray(1) }],
    ['a size that is none', { ...head, size: -1 }],
  ])('is not written with %s', (_, wrong) => expect(() => formatCheckpoint(wrong)).toThrow(RangeError));

  it('is believed signed', () => {
    const log = new Ed25519Signer(head.origin, SEED);
    const note = signNote(EXAMPLE, [log]);
    expect(openCheckpoint(note, [readVkey(vkeyOf(log))]).checkpoint).toMatchObject(head);
    expect(() => openCheckpoint(note, [])).toThrow(UnverifiedNote);
    expect(() => openCheckpoint(signNote('no checkpoint\n', [log]), [readVkey(vkeyOf(log))])).toThrow(
      Malformed,
    );
  });
});

describe('a cosignature', () => {
  const log = new Ed25519Signer('example.com/behind-the-sofa', SEED);
  const witness = new CosignatureSigner('witness.example/w1', Buffer.alloc(32, 9));
  const verifier = readWitnessVkey(vkeyOf(witness));
  const cosignature = witness.cosign(EXAMPLE, AT_SECONDS);

  it("is a note's signature by the witness, with its time", () => {
    const note = addSignatures(signNote(EXAMPLE, [log]), [signatureLine(cosignature)]);
    expect(openNote(note, [readVkey(vkeyOf(log)), verifier]).verified).toHaveLength(2);
    expect(cosignedAtSeconds(cosignature)).toBe(AT_SECONDS);
  });

  it("signs the specification's message", () => {
    const message = `cosignature/v1\ntime ${AT_SECONDS}\n${EXAMPLE}`;
    const plain = new Ed25519Signer('any', Buffer.alloc(32, 9)).sign(message);
    expect(cosignature.signature.subarray(8)).toEqual(plain);
    expect(cosignature.signature.readBigUInt64BE()).toBe(BigInt(AT_SECONDS));
  });

  it('covers text and time, in each bit', () => {
    const signatures = everyFlip(cosignature.signature);
    expect(signatures.filter((signature) => verifier.verify(EXAMPLE, signature))).toEqual([]);
    const texts = everyFlip(Buffer.from(EXAMPLE)).map((flip) => flip.toString('latin1'));
    expect(texts.filter((text) => verifier.verify(text, cosignature.signature))).toEqual([]);
    expect(verifier.verify(`${EXAMPLE}extension\n`, cosignature.signature)).toBe(false);
  });

  it('is none when it is cut short or its time is beyond 2^63', () => {
    expect(verifier.verify(EXAMPLE, cosignature.signature.subarray(0, -1))).toBe(false);
    expect(verifier.verify(EXAMPLE, Buffer.concat([Buffer.of(0xff), cosignature.signature]))).toBe(false);
    const plain = log.sign(EXAMPLE);
    expect(() => cosignedAtSeconds({ name: 'x', signature: plain })).toThrow(Malformed);
  });

  it('has its time where another implementation writes it', () => {
    const line =
      '— w ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==';
    expect(cosignedAtSeconds(readSignatureLine(line))).toBe(1_727_964_367);
  });

  it('is judged by a key of its own type', () => {
    const known = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';
    expect(vkeyOf(readWitnessVkey(known))).toBe(known);
    expect(() => readWitnessVkey(vkeyOf(log))).toThrow(Malformed);
    expect(() => readVkey(vkeyOf(witness))).toThrow(Malformed);
    const sameSeed = new Ed25519Signer(witness.name, Buffer.alloc(32, 9));
    expect(sameSeed.keyId).not.toBe(witness.keyId);
  });
});
