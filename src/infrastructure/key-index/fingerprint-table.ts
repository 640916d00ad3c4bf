import type Database from 'better-sqlite3';
import { FINGERPRINT_BYTES } from '../custody/fingerprint.js';

/** Where a fingerprint came from: the import's number and the key's serial in it. */
export interface FingerprintPlace {
  readonly importNo: number;
  readonly serial: number;
}

/** A place is one integer: the import's number above these bits, the serial in them. */
const SERIAL_BITS = 24;
const SERIALS = 2 ** SERIAL_BITS;

const INDEX_BITS = 18;
/** The most fingerprints that are sorted together. */
export const SORTED_MAX = 2 ** INDEX_BITS;
const PREFIX_SHIFT = 4;

/** The registered fingerprints. Batches go in and are looked up in the tree's own order, which keeps its pages warm. */
export class FingerprintTable {
  private readonly insert: Database.Statement;
  private readonly find: Database.Statement;

  constructor(private readonly database: Database.Database) {
    // Rows of an abandoned import stay and are taken over here: abandoning an import costs one row, not millions.
    this.insert = database.prepare(
      `INSERT INTO fingerprints (fingerprint, place) VALUES (?, ?)
       ON CONFLICT (fingerprint) DO UPDATE SET place = excluded.place
       WHERE (SELECT state FROM imports WHERE import_no = fingerprints.place >> ${SERIAL_BITS}) = 'abandoned'`,
    );
    this.find = database.prepare('SELECT place FROM fingerprints WHERE fingerprint = ?').pluck();
  }

  /** Puts packed fingerprints of one import in, from a serial on. At most `SORTED_MAX`. */
  add(importNo: number, firstSerial: number, packed: Buffer): void {
    const first = importNo * SERIALS + firstSerial;
    forEachSorted(packed, (index, fingerprint) => this.insert.run(fingerprint, first + index));
  }

  /** The places of those that are there, by their index in the batch. At most `SORTED_MAX`. */
  lookup(packed: Buffer): Map<number, FingerprintPlace> {
    const found = new Map<number, FingerprintPlace>();
    const visit = (index: number, fingerprint: Buffer): void => {
      const place = this.find.get(fingerprint) as number | undefined;
      if (place === undefined) return;
      found.set(index, { importNo: Math.floor(place / SERIALS), serial: place % SERIALS });
    };
    // One transaction around all: each look-up by itself would take and drop a read lock, at thrice the cost.
    this.database.transaction(() => forEachSorted(packed, visit))();
    return found;
  }
}

/** In order of the first 34 bits: each sort key is one float that holds these and the index. */
function forEachSorted(packed: Buffer, visit: (index: number, fingerprint: Buffer) => void): void {
  const count = packed.length / FINGERPRINT_BYTES;
  if (count > SORTED_MAX) throw new RangeError(`${count} fingerprints at once; at most ${SORTED_MAX}`);
  const order = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const at = index * FINGERPRINT_BYTES;
    const prefix = packed.readUInt32BE(at) * PREFIX_SHIFT + ((packed[at + 4] as number) >> 6);
    order[index] = prefix * SORTED_MAX + index;
  }
  order.sort();
  for (const key of order) {
    const index = key % SORTED_MAX;
    visit(index, packed.subarray(index * FINGERPRINT_BYTES, (index + 1) * FINGERPRINT_BYTES));
  }
}
