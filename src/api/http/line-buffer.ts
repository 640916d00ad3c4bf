const LINES_BYTES_MAX = 64 * 1024;
const WAIT_MS = 20;

/** Gathers log lines for some milliseconds: one write to the system for each request would cost more than its line. */
export class LineBuffer {
  private waiting: string[] = [];
  private waitingLength = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly write: (text: string) => void) {}

  add(line: string): void {
    this.waiting.push(line);
    this.waitingLength += line.length;
    if (this.waitingLength >= LINES_BYTES_MAX) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), WAIT_MS);
  }

  /** Writes what waits, at once: before the process ends. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    const text = this.waiting.join('');
    this.waiting = [];
    this.waitingLength = 0;
    this.write(text);
  }
}
