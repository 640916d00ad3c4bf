import { randomFillSync, randomUUID } from 'node:crypto';
import type { EventIdentity } from './codec.js';

const SALT_BYTES = 16;
/** Random bytes are fetched for so many salts at once: a call for each costs more than all else about them. */
const SALTS_AT_ONCE = 256;

const pool = Buffer.alloc(SALT_BYTES * SALTS_AT_ONCE);
let used = pool.length;

/** 128 random bits as 22 characters of base64url. */
function freshSalt(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SALT_BYTES;
  return pool.toString('base64url', used - SALT_BYTES, used);
}

/** Of an event of the ledger's sequence. */
export function freshIdentity(): EventIdentity {
  return { eventId: randomUUID(), salt: freshSalt() };
}

/** Of an event that is no leaf of the ledger's tree: one of an aside stream. */
export function freshAsideIdentity(): EventIdentity {
  return { eventId: randomUUID(), salt: null };
}
