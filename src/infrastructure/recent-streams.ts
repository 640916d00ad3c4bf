/**
 * What is known of the streams that were used last, in two generations: the older is forgotten when the younger is full,
 * so what is used stays, and nothing is sorted where every command passes.
 */
export class RecentStreams<Known> {
  private young = new Map<string, Known>();
  private old = new Map<string, Known>();
  /** At which size the younger generation is full. */
  private full: number;

  /**
   * @param most so many streams are surely remembered, and twice as many at most besides those that must stay
   * @param mustStay of what is never forgotten
   */
  constructor(
    private readonly most: number,
    private readonly mustStay: (known: Known) => boolean = () => false,
  ) {
    this.full = most;
  }

  /** Undefined when it is not remembered, which says nothing about the stream. */
  get(stream: string): Known | undefined {
    const recent = this.young.get(stream);
    if (recent !== undefined) return recent;
    const earlier = this.old.get(stream);
    if (earlier !== undefined) this.set(stream, earlier);
    return earlier;
  }

  set(stream: string, known: Known): void {
    if (this.young.size >= this.full && !this.young.has(stream)) this.forgetOld();
    this.young.set(stream, known);
  }

  forget(stream: string): void {
    this.young.delete(stream);
    this.old.delete(stream);
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  private forgetOld(): void {
    const staying = new Map<string, Known>();
    for (const [stream, known] of this.old) {
      if (this.mustStay(known) && !this.young.has(stream)) staying.set(stream, known);
    }
    this.old = this.young;
    this.young = staying;
    // However many stay, the next look over all of them is so many streams away.
    this.full = staying.size + this.most;
  }
}
