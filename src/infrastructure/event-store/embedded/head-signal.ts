/** How a signal learns that the head moved where nobody tells it. */
export interface HeadPoll {
  readonly hasMoved: () => boolean;
  readonly everyMs: number;
}

/**
 * Wakes those who wait for the ledger's head to move. A poll runs only while somebody waits.
 * One who reads to the head and waits in the same turn of the event loop misses nothing.
 */
export class HeadSignal {
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly poll?: HeadPoll) {}

  /** Resolves when the head may have moved, or the signal aborts. */
  wait(abort: AbortSignal): Promise<void> {
    if (abort.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        abort.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        this.stopPollingWhenIdle();
        resolve();
      };
      abort.addEventListener('abort', wake);
      this.waiting.add(wake);
      this.startPolling();
    });
  }

  raise(): void {
    for (const wake of [...this.waiting]) wake();
  }

  get waiters(): number {
    return this.waiting.size;
  }

  private startPolling(): void {
    if (this.poll === undefined || this.timer !== undefined) return;
    const { hasMoved, everyMs } = this.poll;
    this.timer = setInterval(() => {
      if (movedOrBroken(hasMoved)) this.raise();
    }, everyMs);
  }

  private stopPollingWhenIdle(): void {
    if (this.waiting.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

/** A failed look wakes the waiters too: each reads for itself, and gets the error where it can be handled. */
function movedOrBroken(hasMoved: () => boolean): boolean {
  try {
    return hasMoved();
  } catch {
    return true;
  }
}
