import { FINGERPRINT_BYTES } from '../custody/fingerprint.js';

/** The most accepted keys that one file may bring. */
export const FILE_KEYS_MAX = 10_000_000;

const SEGMENT_KEYS = 65_536;
const SEGMENT_BYTES = SEGMENT_KEYS * FINGERPRINT_BYTES;
const PLACES_START = 131_072;
/** Above this share of taken places the table doubles. */
const LOAD_MAX = 0.6;

/** More keys than one file may bring. */
export class TooManyKeys extends Error {
  override readonly name = 'TooManyKeys';

  constructor(keysMax: number) {
    super(`a file brings at most ${keysMax} keys; split it and import the parts as lots of their own`);
  }
}

/**
 * The fingerprints of one file's accepted keys, in serial order: tells what is a duplicate within the file, and later
 * hands over each chunk's fingerprints. About 25 bytes a key: the fingerprints in a row, and an open-addressing table
 * of their serials. Fingerprints are keyed hashes, so their own bytes spread them.
 */
export class FileFingerprints {
  private readonly segments: Buffer[] = [];
  private places = new Uint32Array(PLACES_START);
  private keys = 0;

  constructor(private readonly keysMax = FILE_KEYS_MAX) {}

  get count(): number {
    return this.keys;
  }

  /**
   * Takes the fingerprint at an offset of a packed batch as the next serial, unless an earlier key has it.
   * @returns the earlier key's serial, or 0 when it was new
   * @throws TooManyKeys
   */
  add(packed: Buffer, offset: number): number {
    const mask = this.places.length - 1;
    let place = packed.readUInt32LE(offset) & mask;
    for (let serial = this.places[place] as number; serial !== 0; serial = this.places[place] as number) {
      if (this.isAt(serial, packed, offset)) return serial;
      place = (place + 1) & mask;
    }
    this.append(packed, offset);
    this.places[place] = this.keys;
    if (this.keys > this.places.length * LOAD_MAX) this.grow();
    return 0;
  }

  /** The packed fingerprints of consecutive serials. */
  slice(firstSerial: number, count: number): Buffer {
    if (firstSerial < 1 || count < 0 || firstSerial - 1 + count > this.keys) {
      throw new RangeError(
        `serials ${firstSerial} to ${firstSerial + count - 1} are not all of the file's ${this.keys}`,
      );
    }
    const packed = Buffer.allocUnsafe(count * FINGERPRINT_BYTES);
    for (let index = 0; index < count; index += 1) {
      const [segment, at] = this.locate(firstSerial + index);
      segment.copy(packed, index * FINGERPRINT_BYTES, at, at + FINGERPRINT_BYTES);
    }
    return packed;
  }

  private isAt(serial: number, packed: Buffer, offset: number): boolean {
    const [segment, at] = this.locate(serial);
    return segment.compare(packed, offset, offset + FINGERPRINT_BYTES, at, at + FINGERPRINT_BYTES) === 0;
  }

  private append(packed: Buffer, offset: number): void {
    if (this.keys === this.keysMax) throw new TooManyKeys(this.keysMax);
    if (this.keys % SEGMENT_KEYS === 0) this.segments.push(Buffer.allocUnsafe(SEGMENT_BYTES));
    this.keys += 1;
    const [segment, at] = this.locate(this.keys);
    packed.copy(segment, at, offset, offset + FINGERPRINT_BYTES);
  }

  private locate(serial: number): [segment: Buffer, at: number] {
    const index = serial - 1;
    const segment = this.segments[Math.floor(index / SEGMENT_KEYS)] as Buffer;
    return [segment, (index % SEGMENT_KEYS) * FINGERPRINT_BYTES];
  }

  private grow(): void {
    const places = new Uint32Array(this.places.length * 2);
    const mask = places.length - 1;
    for (let serial = 1; serial <= this.keys; serial += 1) {
      const [segment, at] = this.locate(serial);
      let place = segment.readUInt32LE(at) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = serial;
    }
    this.places = places;
  }
}
