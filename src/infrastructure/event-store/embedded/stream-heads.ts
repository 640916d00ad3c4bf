/**
 * The revisions at which the streams used of late stand. Bounded: two generations of at most half the capacity each,
 * of which the older is forgotten when the younger is full, so what is used stays and nothing is sorted.
 */
export class StreamHeads {
  private young = new Map<string, number>();
  private old = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  /** Undefined when it is not remembered, which says nothing about the stream. */
  get(stream: string): number | undefined {
    const recent = this.young.get(stream);
    if (recent !== undefined) return recent;
    const earlier = this.old.get(stream);
    if (earlier !== undefined) this.set(stream, earlier);
    return earlier;
  }

  set(stream: string, revision: number): void {
    if (this.young.size >= this.capacity / 2 && !this.young.has(stream)) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(stream, revision);
  }

  forget(stream: string): void {
    this.young.delete(stream);
    this.old.delete(stream);
  }

  get size(): number {
    return this.young.size + this.old.size;
  }
}
