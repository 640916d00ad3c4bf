/** Repeatable chance: the same seed draws the same things (mulberry32). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to 1, without 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number, both bounds included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  one<Item>(items: readonly Item[]): Item {
    return items[this.whole(0, items.length - 1)] as Item;
  }

  /** The first most of the time, else one of the others. */
  mostly<Item>(probability: number, usual: Item, others: readonly Item[]): Item {
    return this.chance(probability) ? usual : this.one(others);
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const drawn = [...items];
    for (let index = drawn.length - 1; index > 0; index -= 1) {
      const other = this.whole(0, index);
      [drawn[index], drawn[other]] = [drawn[other] as Item, drawn[index] as Item];
    }
    return drawn;
  }
}
