import { sign, type KeyObject } from 'node:crypto';
import {
  ED25519_SIGNATURE_BYTES,
  SIGNATURE_TYPE,
  checkKeyName,
  ed25519Verifier,
  keyIdOf,
  publicKeyOf,
  readNoteKey,
  signingKeyOf,
  type NoteKey,
} from './keys.js';
import { Malformed } from './malformed.js';
import type { NoteSignature, Verifier } from './note.js';

const TIMESTAMP_BYTES = 8;
const TIMESTAMP_MAX = 2n ** 63n - 1n;

/** Cosigns checkpoints as a witness does: cosignature/v1 (C2SP tlog-cosignature v1.0.1, signature type 0x04). */
export class CosignatureSigner implements NoteKey {
  readonly signatureType = SIGNATURE_TYPE.cosignature;
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

  /**
   * @param text the checkpoint's, with its last newline and without signatures
   * @param atSeconds since the epoch, at which this is the largest consistent tree that the witness has seen
   */
  cosign(text: string, atSeconds: number): NoteSignature {
    const timestamp = Buffer.alloc(TIMESTAMP_BYTES);
    timestamp.writeBigUInt64BE(BigInt(atSeconds));
    const signature = Buffer.concat([
      timestamp,
      sign(null, cosignedMessage(text, BigInt(atSeconds)), this.signingKey),
    ]);
    return { name: this.name, keyId: this.keyId, signature };
  }
}

/** Judges the cosignatures of one witness, whose vkey has signature type 0x04. @throws Malformed */
export function readWitnessVkey(vkey: string): Verifier & NoteKey {
  const key = readNoteKey(vkey);
  if (key.signatureType !== SIGNATURE_TYPE.cosignature)
    throw new Malformed(`the verifier key of ${key.name} is no witness's: those are of type 4`);
  const isSigned = ed25519Verifier(key.publicKey);
  return {
    ...key,
    keyId: keyIdOf(key),
    verify: (text, signature) => {
      const timestamp = readTimestamp(signature);
      if (timestamp === undefined) return false;
      return isSigned(cosignedMessage(text, timestamp), signature.subarray(TIMESTAMP_BYTES));
    },
  };
}

/** When a cosignature was made, in seconds since the epoch. @throws Malformed when it is none */
export function cosignedAtSeconds({ name, signature }: Pick<NoteSignature, 'name' | 'signature'>): number {
  const timestamp = readTimestamp(signature);
  if (timestamp === undefined) throw new Malformed(`the signature of ${name} is no cosignature`);
  return Number(timestamp);
}

function readTimestamp(signature: Uint8Array): bigint | undefined {
  if (signature.length !== TIMESTAMP_BYTES + ED25519_SIGNATURE_BYTES) return undefined;
  const timestamp = Buffer.from(signature.subarray(0, TIMESTAMP_BYTES)).readBigUInt64BE();
  return timestamp <= TIMESTAMP_MAX ? timestamp : undefined;
}

function cosignedMessage(text: string, timestamp: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timestamp}\n${text}`);
}
