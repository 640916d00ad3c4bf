import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { decodeBase64, encodeBase64 } from '../proof/base64.js';
import { CosignatureSigner } from '../proof/cosignature.js';
import { SEED_BYTES, SIGNATURE_TYPE, keyIdOf, keyIdText } from '../proof/keys.js';
import { Malformed } from '../proof/malformed.js';
import { createPrivateFile } from './durable-file.js';
import { WitnessRefused } from './witness-refused.js';

const OTHERS_BITS = 0o077;
const PREFIX = 'PRIVATE+KEY+';

export function keyFileExists(path: string): boolean {
  return existsSync(path);
}

/** Makes a new key in a file with mode 0600. @throws WitnessRefused where the file is there already */
export function createKeyFile(path: string, name: string): CosignatureSigner {
  const seed = randomBytes(SEED_BYTES);
  const signer = new CosignatureSigner(name, seed);
  try {
    createPrivateFile(path, `${skeyOf(signer, seed)}\n`);
  } catch (error) {
    throw new WitnessRefused(`the key file ${path} cannot be made: ${String(error)}`);
  }
  return signer;
}

/** @throws WitnessRefused when others can read the file, or it holds no key of that name; never quotes it */
export function readKeyFile(path: string, name: string): CosignatureSigner {
  // Windows keeps no such bits; there the directory's own rights protect the file.
  if (process.platform !== 'win32' && (statSync(path).mode & OTHERS_BITS) !== 0)
    throw new WitnessRefused(`${path} can be read by others: run "chmod 600 ${path}", or make a new key`);
  const signer = signerOf(readFileSync(path, 'utf8').trimEnd(), name);
  if (signer === undefined)
    throw new WitnessRefused(`${path} holds no key of the name ${name}: name the one it was made for`);
  return signer;
}

/**
 * As golang.org/x/mod/sumdb/note writes signing keys, so that other witnesses can take the file over. The id in it is
 * that of the key as one that signs notes.
 */
function skeyOf(signer: CosignatureSigner, seed: Buffer): string {
  const material = encodeBase64(Buffer.concat([Buffer.of(SIGNATURE_TYPE.note), seed]));
  return `${PREFIX}${signer.name}+${skeyIdOf(signer)}+${material}`;
}

function skeyIdOf({ name, publicKey }: CosignatureSigner): string {
  return keyIdText(keyIdOf({ name, publicKey, signatureType: SIGNATURE_TYPE.note }));
}

function signerOf(skey: string, name: string): CosignatureSigner | undefined {
  const begin = `${PREFIX}${name}+`;
  const [keyId, ...encoded] = skey.slice(begin.length).split('+');
  const material = skey.startsWith(begin) ? materialOf(encoded.join('+')) : undefined;
  if (material?.length !== 1 + SEED_BYTES || material[0] !== SIGNATURE_TYPE.note) return undefined;
  const signer = new CosignatureSigner(name, material.subarray(1));
  return skeyIdOf(signer) === keyId ? signer : undefined;
}

function materialOf(encoded: string): Buffer | undefined {
  try {
    return decodeBase64(encoded, 'the key');
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
