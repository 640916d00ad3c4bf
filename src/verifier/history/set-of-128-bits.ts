const WORDS = 4;
const FIRST_CAPACITY = 1 << 12;
const LOAD_MAX = 0.6;

/**
 * Values of 128 bits, told apart exactly, at 27 to 54 bytes each: a `Set` of texts takes several times that.
 */
export class SetOf128Bits {
  private capacity = FIRST_CAPACITY;
  private slots = new Int32Array(FIRST_CAPACITY * WORDS);
  private count = 0;
  /** An empty slot is all zeroes, so the value of zeroes is kept apart. */
  private hasZero = false;

  get size(): number {
    return this.count + (this.hasZero ? 1 : 0);
  }

  get bytes(): number {
    return this.slots.byteLength;
  }

  /** @returns whether it was not there yet */
  add(a: number, b: number, c: number, d: number): boolean {
    if ((a | b | c | d) === 0) {
      const isNew = !this.hasZero;
      this.hasZero = true;
      return isNew;
    }
    if (!this.insert(a | 0, b | 0, c | 0, d | 0)) return false;
    this.count += 1;
    if (this.count > this.capacity * LOAD_MAX) this.grow();
    return true;
  }

  private insert(a: number, b: number, c: number, d: number): boolean {
    const { slots, capacity } = this;
    for (let slot = mixed(a, b, c, d) & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const at = slot * WORDS;
      if ((slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) === 0) {
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        slots[at + 3] = d;
        return true;
      }
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return false;
    }
  }

  private grow(): void {
    const before = this.slots;
    this.capacity *= 2;
    this.slots = new Int32Array(this.capacity * WORDS);
    for (let at = 0; at < before.length; at += WORDS) {
      const [a, b, c, d] = [before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!];
      if ((a | b | c | d) !== 0) this.insert(a, b, c, d);
    }
  }
}

function mixed(a: number, b: number, c: number, d: number): number {
  let hash =
    Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
