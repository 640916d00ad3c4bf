const LINES_START = 65_536;
const BITS_PER_BYTE = 8;

/** One bit for each line of a file: whether its key was accepted. */
export class LineMarks {
  private bits = new Uint8Array(LINES_START / BITS_PER_BYTE);

  mark(line: number): void {
    const at = line >>> 3;
    if (at >= this.bits.length) this.grow(at);
    this.bits[at] = (this.bits[at] as number) | (1 << (line & 7));
  }

  isMarked(line: number): boolean {
    return ((this.bits[line >>> 3] ?? 0) & (1 << (line & 7))) !== 0;
  }

  private grow(at: number): void {
    const larger = new Uint8Array(Math.max(this.bits.length * 2, at + 1));
    larger.set(this.bits);
    this.bits = larger;
  }
}
