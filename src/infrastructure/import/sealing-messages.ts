import type { KeyObject } from 'node:crypto';
import type { KeyIdentity } from '../custody/fingerprint.js';
import type { SealedChunk } from '../custody/lot-cipher.js';

/** What the sealing thread is started with. */
export interface SealedLotKey {
  readonly dataKey: KeyObject;
  readonly lotId: string;
  readonly attempt: string;
}

/** Answered in the order of the requests. */
export interface SealRequest {
  readonly firstSerial: number;
  readonly keys: readonly KeyIdentity[];
}

export type SealReply = SealedChunk;
