interface Waiting {
  readonly places: number;
  readonly enter: () => void;
}

/** Lets tasks run while there are places for them; the others wait their turn, in order. */
export class Gate {
  private readonly queue: Waiting[] = [];
  private readonly idle: (() => void)[] = [];
  private free: number;

  constructor(private readonly places: number) {
    this.free = places;
  }

  /** A task takes so many places, at most all there are. */
  async run<Result>(task: () => Promise<Result>, wanted = 1): Promise<Result> {
    const places = Math.min(wanted, this.places);
    if (this.queue.length === 0 && places <= this.free) this.free -= places;
    else await new Promise<void>((enter) => this.queue.push({ places, enter }));
    try {
      return await task();
    } finally {
      this.leave(places);
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  async drained(): Promise<void> {
    if (this.free < this.places) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private leave(places: number): void {
    this.free += places;
    for (let next = this.queue[0]; next !== undefined && next.places <= this.free; next = this.queue[0]) {
      this.queue.shift();
      this.free -= next.places;
      next.enter();
    }
    if (this.free === this.places) this.idle.splice(0).forEach((resolve) => resolve());
  }
}
