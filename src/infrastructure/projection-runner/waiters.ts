import type { ReadModelName } from '../../projections/registry.js';
import type { Standing } from './checkpoint.js';
import type { Progress } from './progress.js';

/** Too many questions wait for a read model to catch up: HTTP 503 with Retry-After. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';

  constructor() {
    super(
      `${WAITERS_MAX} questions wait for the read models already; ask without a position to wait for, or later`,
    );
  }
}

const WAITERS_MAX = 10_000;
const TIMEOUT_MS_MAX = 60_000;

interface Wait {
  readonly name: ReadModelName;
  readonly position: number;
  readonly timeoutMs: number;
  /** How far the model has come by itself; undefined before its first build. */
  readonly standing: () => Standing | undefined;
}

interface Waiter {
  readonly name: ReadModelName;
  readonly position: number;
  settle(reached: boolean): void;
}

/** Those who wait for a read model to reach a position. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  /** @param onWaiting called when somebody begins to wait */
  constructor(private readonly onWaiting: () => void) {}

  /** @throws TooManyWaiting @throws RangeError for a timeout outside 0 to 60,000 ms */
  async wait({ name, position, timeoutMs, standing }: Wait): Promise<boolean> {
    if (!(timeoutMs >= 0 && timeoutMs <= TIMEOUT_MS_MAX)) {
      throw new RangeError(`a wait takes 0 to ${TIMEOUT_MS_MAX} ms, not ${timeoutMs}`);
    }
    const now = standing();
    if (now !== undefined && now.position >= position) return true;
    if (now !== undefined && now.stopped !== null) return false;
    if (this.waiting.size >= WAITERS_MAX) throw new TooManyWaiting();
    return new Promise((resolve) => {
      const settle = (reached: boolean) => {
        clearTimeout(timer);
        this.waiting.delete(waiter);
        resolve(reached);
      };
      const waiter = { name, position, settle };
      // Progress may have been made without a word, where another process keeps the models up to date.
      const timer = setTimeout(() => settle((standing()?.position ?? -Infinity) >= position), timeoutMs);
      this.waiting.add(waiter);
      this.onWaiting();
    });
  }

  notice({ model, position, stopped }: Progress): void {
    for (const waiter of this.waiting) {
      if (waiter.name !== model) continue;
      if (position >= waiter.position) waiter.settle(true);
      else if (stopped !== null) waiter.settle(false);
    }
  }

  close(): void {
    for (const waiter of this.waiting) waiter.settle(false);
  }
}
