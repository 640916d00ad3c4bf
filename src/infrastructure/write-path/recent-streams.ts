/** What is kept of a stream, as far as forgetting it goes. */
interface Forgettable {
  readonly isIdle: boolean;
}

/**
 * What is kept of the streams that were used last, in two generations: the older is forgotten when the younger is full,
 * so what is used stays, and nothing is sorted where every command passes. Busy ones hold what somebody waits for; they
 * are never forgotten.
 */
export class RecentStreams<Kept extends Forgettable> {
  private young = new Map<string, Kept>();
  private old = new Map<string, Kept>();
  /** At which size the younger generation is full. */
  private full: number;

  /** @param most so many streams are surely remembered, and twice as many at most besides the busy ones */
  constructor(private readonly most: number) {
    this.full = most;
  }

  get(stream: string): Kept | undefined {
    const recent = this.young.get(stream);
    if (recent !== undefined) return recent;
    const earlier = this.old.get(stream);
    if (earlier !== undefined) this.set(stream, earlier);
    return earlier;
  }

  set(stream: string, kept: Kept): void {
    if (this.young.size >= this.full) this.forgetOld();
    this.young.set(stream, kept);
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  private forgetOld(): void {
    const busy = [...this.old].filter(([stream, kept]) => !kept.isIdle && !this.young.has(stream));
    this.old = this.young;
    this.young = new Map(busy);
    // However many are busy, the next look over all of them is so many streams away.
    this.full = busy.length + this.most;
  }
}
