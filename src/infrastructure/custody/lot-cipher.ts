import type { KeyObject } from 'node:crypto';
import { lengthPrefixed } from './associated-data.js';
import { NONCE_BYTES, seal, sealedBytes, tampered, unseal } from './authenticated-encryption.js';
import { KeyDigests, merkleLevels, merklePath, merkleRoot } from './commitment.js';
import type { KeyDisclosure } from './disclosure.js';
import type { KeyIdentity } from './fingerprint.js';
import { derivedKey } from './key-wrapping.js';

/** The most keys in one chunk. */
export const CHUNK_KEYS_MAX = 500;

/** A chunk's place and what it holds, as `KeysRegistered` carries it. */
export interface SealedChunk {
  readonly firstSerial: number;
  readonly count: number;
  /** base64 of nonce ‖ ciphertext ‖ tag. */
  readonly ciphertext: string;
  /** base64 of the Merkle root over the chunk's salted key digests. */
  readonly commitment: string;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Seals the keys of one attempt at importing one lot, in chunks, and opens them again. Everything follows from the
 * data key, the lot, the attempt and the serials, so an attempt that is resumed writes the same bytes again.
 */
export class LotCipher {
  private readonly encryptionKey: KeyObject;
  private readonly digests: KeyDigests;

  /** @param dataKey fresh for this attempt: the nonces are derived, so it must never serve another */
  constructor(
    dataKey: KeyObject,
    private readonly lotId: string,
    private readonly attempt: string,
  ) {
    this.encryptionKey = derivedKey(dataKey, 'sourcebook key chunk encryption v1');
    this.digests = new KeyDigests(derivedKey(dataKey, 'sourcebook key salts v1'));
  }

  seal(firstSerial: number, keys: readonly KeyIdentity[]): SealedChunk {
    if (keys.length < 1 || keys.length > CHUNK_KEYS_MAX) {
      throw new RangeError(`a chunk holds 1 to ${CHUNK_KEYS_MAX} keys, not ${keys.length}`);
    }
    // Checked for all at once: an escaped half would be another key than the one received.
    if (LONE_SURROGATE.test(keys.map((key) => `${key.number ?? ''} ${key.secret}`).join(' '))) {
      throw new RangeError('a key with half a surrogate pair is no text and cannot be sealed');
    }
    const texts = keys.map(canonicalText);
    const plaintext = `[${texts.join(',')}]`;
    const count = keys.length;
    const sealed = seal(Buffer.from(plaintext, 'utf8'), {
      key: this.encryptionKey,
      nonce: nonceOf(firstSerial, count),
      associatedData: this.associatedData(firstSerial, count),
    });
    const commitment = merkleRoot(merkleLevels(this.digests.pack(firstSerial, texts))).toString('base64');
    return { firstSerial, count, ciphertext: sealed.toString('base64'), commitment };
  }

  /** The chunk's keys in serial order. @throws CustodyError `ciphertext_tampered` */
  open(chunk: SealedChunk): readonly KeyIdentity[] {
    const sealed = sealedBytes(chunk.ciphertext);
    const plaintext = unseal(sealed, this.encryptionKey, this.associatedData(chunk.firstSerial, chunk.count));
    const pairs = JSON.parse(plaintext.toString('utf8')) as readonly (readonly [string, string])[];
    return pairs.map(([number, secret]) => ({ number: number === '' ? null : number, secret }));
  }

  /** Opens one key under the chunk's commitment. @throws CustodyError `ciphertext_tampered`; RangeError */
  disclose(chunk: SealedChunk, serial: number): KeyDisclosure {
    const keys = this.open(chunk);
    const index = serial - chunk.firstSerial;
    const key = keys[index];
    if (key === undefined)
      throw new RangeError(`serial ${serial} is not in the chunk from ${chunk.firstSerial} on`);
    const levels = merkleLevels(this.digests.pack(chunk.firstSerial, keys.map(canonicalText)));
    if (merkleRoot(levels).toString('base64') !== chunk.commitment) throw tampered();
    return {
      number: key.number ?? '',
      secret: key.secret,
      salt: this.digests.salt(serial).toString('base64'),
      index,
      count: keys.length,
      path: merklePath(levels, index).map((hash) => hash.toString('base64')),
    };
  }

  private associatedData(firstSerial: number, count: number): Buffer {
    return lengthPrefixed(this.lotId, this.attempt, String(firstSerial), String(count));
  }
}

/** JCS (RFC 8785) of [number, secret]: for an array of well-formed texts it is what JSON.stringify writes. */
function canonicalText(key: KeyIdentity): string {
  return JSON.stringify([key.number ?? '', key.secret]);
}

/** The count too: a chunk cut otherwise is another plaintext and must not meet the same nonce. */
function nonceOf(firstSerial: number, count: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(count, 0);
  nonce.writeBigUInt64BE(BigInt(firstSerial), 4);
  return nonce;
}
