import { randomFillSync } from 'node:crypto';
import type { EventIdentity } from './codec.js';

const RANDOM_BYTES = 16;
/** Random bytes are fetched for so many salts and ids at once: a call for each costs more than all else about them. */
const FETCHED_AT_ONCE = 256;
/** Of a UUID of version 7: milliseconds since 1970 in its first six bytes, then four bits of version, two of variant. */
const TIME_BYTES = 6;
const [VERSION_BYTE, VARIANT_BYTE] = [6, 8];

const pool = Buffer.alloc(RANDOM_BYTES * FETCHED_AT_ONCE);
let used = pool.length;

/** Where in the pool 128 fresh random bits begin. */
function freshBits(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return used - RANDOM_BYTES;
}

/** 128 random bits as 22 characters of base64url. */
function freshSalt(): string {
  const at = freshBits();
  return pool.toString('base64url', at, at + RANDOM_BYTES);
}

/**
 * A UUID of version 7 (RFC 9562, section 5.7), 74 bits of it random. Ids that are made one after another sort so, and an
 * index of them grows at its end; with random ones every event would change a page of its own somewhere in that index.
 */
function freshEventId(): string {
  const at = freshBits();
  pool.writeUIntBE(Date.now(), at, TIME_BYTES);
  pool[at + VERSION_BYTE] = ((pool[at + VERSION_BYTE] as number) & 0x0f) | 0x70;
  pool[at + VARIANT_BYTE] = ((pool[at + VARIANT_BYTE] as number) & 0x3f) | 0x80;
  const hex = pool.toString('hex', at, at + RANDOM_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Of an event of the ledger's sequence. */
export function freshIdentity(): EventIdentity {
  return { eventId: freshEventId(), salt: freshSalt() };
}

/** Of an event that is no leaf of the ledger's tree: one of an aside stream. */
export function freshAsideIdentity(): EventIdentity {
  return { eventId: freshEventId(), salt: null };
}
