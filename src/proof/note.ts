import { sign, type KeyObject } from 'node:crypto';
import { decodeBase64, encodeBase64 } from './base64.js';
import {
  SIGNATURE_TYPE,
  checkKeyName,
  ed25519Verifier,
  isKeyName,
  keyIdOf,
  keyIdText,
  publicKeyOf,
  readNoteKey,
  signingKeyOf,
  type NoteKey,
} from './keys.js';
import { Malformed } from './malformed.js';

export { vkeyOf } from './keys.js';

/** The most signatures that a note may carry; the specification demands at least 16. */
export const SIGNATURES_MAX = 100;
/** The most bytes that a note may have. */
export const NOTE_BYTES_MAX = 1_000_000;

const KEY_ID_BYTES = 4;
const UNPRINTABLE = /[\0-\x09\x0b-\x1f]|\p{Surrogate}/u;

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** What follows the key id in the signature line. */
  readonly signature: Buffer;
}

/** Text and signatures, nothing verified. */
export interface Note {
  /** With its last newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Judges the signatures of one key. */
export interface Verifier {
  readonly name: string;
  readonly keyId: number;
  verify(text: string, signature: Uint8Array): boolean;
}

/** Signs a note's text with one key. */
export interface Signer {
  readonly name: string;
  readonly keyId: number;
  sign(text: string): Buffer;
}

export interface OpenedNote {
  readonly text: string;
  /** Of known keys, each key once. */
  readonly verified: readonly NoteSignature[];
}

/** A note that must not be believed: a known key's signature is wrong, or no known key signed it. */
export class UnverifiedNote extends Error {
  override readonly name = 'UnverifiedNote';
}

/** Signs notes with Ed25519 (signature type 0x01): the same text gives the same signature. */
export class Ed25519Signer implements Signer, NoteKey {
  readonly signatureType = SIGNATURE_TYPE.note;
  readonly name: string;
  readonly publicKey: Buffer;
  readonly keyId: number;
  private readonly signingKey: KeyObject;

  /** @throws RangeError for a name or a seed that is none */
  constructor(name: string, seed: Uint8Array | KeyObject) {
    this.name = checkKeyName(name);
    this.signingKey = signingKeyOf(seed);
    this.publicKey = publicKeyOf(this.signingKey);
    this.keyId = keyIdOf(this);
  }

  sign(text: string): Buffer {
    return sign(null, Buffer.from(text), this.signingKey);
  }
}

/** Of a vkey with signature type 0x01. @throws Malformed */
export function readVkey(vkey: string): Verifier & NoteKey {
  const key = readNoteKey(vkey);
  if (key.signatureType !== SIGNATURE_TYPE.note)
    throw new Malformed(`the verifier key of ${key.name} is a witness's, not one that signs notes`);
  const isSigned = ed25519Verifier(key.publicKey);
  return {
    ...key,
    keyId: keyIdOf(key),
    verify: (text, signature) => isSigned(Buffer.from(text), signature),
  };
}

/** @throws RangeError when the text is none that a note can carry, or nobody signs */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (!text.endsWith('\n') || UNPRINTABLE.test(text))
    throw new RangeError("a note's text ends with a newline and holds no other control character");
  if (signers.length === 0) throw new RangeError('a note needs a signature');
  const lines = signers.map((signer) =>
    signatureLine({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) }),
  );
  return `${text}\n${lines.join('')}`;
}

/** With its newline. */
export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.alloc(KEY_ID_BYTES);
  id.writeUInt32BE(keyId);
  return `— ${name} ${encodeBase64(Buffer.concat([id, signature]))}\n`;
}

/** @throws Malformed for a line that is no signature's; the newline may be there or not */
export function readSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = /^— (\S+) (\S+)\n?$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name))
    throw new Malformed('a signature line is written as "— name base64"');
  const bytes = decodeBase64(encoded, `the signature of ${name}`);
  if (bytes.length <= KEY_ID_BYTES) throw new Malformed(`the signature of ${name} is too short`);
  return { name, keyId: bytes.readUInt32BE(), signature: bytes.subarray(KEY_ID_BYTES) };
}

/** Reads a signed note (C2SP signed-note v1.0.0) without believing it. @throws Malformed */
export function readNote(note: Uint8Array | string): Note {
  const whole = textOf(note);
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0 || !whole.endsWith('\n') || blank + 2 === whole.length)
    throw new Malformed('a signed note is text, a blank line and signature lines, each with its newline');
  const lines = whole.slice(blank + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX)
    throw new Malformed(`a note carries at most ${SIGNATURES_MAX} signatures, not ${lines.length}`);
  return { text: whole.slice(0, blank + 1), signatures: lines.map(readSignatureLine) };
}

function textOf(note: Uint8Array | string): string {
  if (note.length > NOTE_BYTES_MAX) throw new Malformed(`a note has at most ${NOTE_BYTES_MAX} bytes`);
  const text = typeof note === 'string' ? note : decodeUtf8(note);
  if (UNPRINTABLE.test(text)) throw new Malformed('a note holds no control character but the newline');
  return text;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed('a note is UTF-8');
  }
}

/**
 * Reads a note that at least one known key has signed; signatures of unknown keys are ignored.
 * @throws Malformed
 * @throws UnverifiedNote when a known key's signature is wrong, or no known key signed
 */
export function openNote(note: Uint8Array | string, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = readNote(note);
  const known = new Map(verifiers.map((verifier) => [identityOf(verifier), verifier]));
  const verified = new Map<string, NoteSignature>();
  for (const signature of signatures) {
    const verifier = known.get(identityOf(signature));
    if (verifier === undefined) continue;
    if (!verifier.verify(text, signature.signature))
      throw new UnverifiedNote(`the signature of ${identityOf(signature)} is not of this text`);
    if (!verified.has(identityOf(signature))) verified.set(identityOf(signature), signature);
  }
  if (verified.size === 0) throw new UnverifiedNote('no known key has signed the note');
  return { text, verified: [...verified.values()] };
}

/** A key's name and id: what a signature line says of its key. */
export function identityOf({ name, keyId }: Pick<NoteSignature, 'name' | 'keyId'>): string {
  return `${name}+${keyIdText(keyId)}`;
}

/** The note with further signature lines; a line that it carries already is not repeated. @throws Malformed */
export function addSignatures(note: string, lines: readonly string[]): string {
  const { text, signatures } = readNote(note);
  const all = [...signatures, ...lines.map(readSignatureLine)].map(signatureLine);
  const signed = `${text}\n${[...new Set(all)].join('')}`;
  readNote(signed);
  return signed;
}
