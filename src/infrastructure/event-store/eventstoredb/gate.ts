/** Lets so many tasks run at a time; the others wait their turn. */
export class Gate {
  private readonly queue: (() => void)[] = [];
  private readonly idle: (() => void)[] = [];
  private running = 0;

  constructor(private readonly places: number) {}

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.running < this.places) this.running += 1;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  async drained(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private leave(): void {
    const next = this.queue.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.running -= 1;
    if (this.running === 0) this.idle.splice(0).forEach((resolve) => resolve());
  }
}
