/** Numbers that look random and are the same in every run (mulberry32). */
export class Seeded {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, not including, the bound; bounds up to 2^32. */
  below(bound: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * bound);
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length + 3);
    for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(this.next(), at);
    return bytes.subarray(0, length);
  }

  /** A random UUID: version 4 (RFC 9562). */
  uuid(): string {
    return uuidOf(4, this.bytes(16));
  }

  /** Of an event, salted; as the service's own, ids sort by the time at which they were made. @param at RFC 3339 */
  identity(at: string): { readonly eventId: string; readonly salt: string } {
    const bytes = this.bytes(16);
    bytes.writeUIntBE(Date.parse(at), 0, 6);
    return { eventId: uuidOf(7, bytes), salt: this.bytes(16).toString('base64url') };
  }

  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

function uuidOf(version: 4 | 7, bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
