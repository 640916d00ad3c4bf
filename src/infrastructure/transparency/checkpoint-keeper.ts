import { TooManyWaiting } from '../projection-runner/waiters.js';
import { LogContradicted } from './log-contradicted.js';
import type { ReleasedCheckpoint } from './released-checkpoint.js';
import type { SignedLog } from './signed-log.js';

/** Between two checkpoints at least: a second is what the tree may be behind, and it needs a part of it itself. */
const PAUSE_MS = 500;
const PAUSE_AFTER_FAILURE_MS = 2000;
const WAITERS_MAX = 10_000;

export interface KeeperEvents {
  /** It tries again. */
  readonly onFailure: (error: unknown) => void;
  /** It has stopped for good: this history must not be served as the one that was promised. */
  readonly onContradiction: (error: LogContradicted) => void;
}

interface Waiter {
  readonly size: number;
  settle(released: ReleasedCheckpoint | undefined): void;
}

/** Keeps the newest checkpoint close behind the tree for as long as the service runs. */
export class CheckpointKeeper {
  private readonly waiting = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly log: SignedLog,
    private readonly events: KeeperEvents,
  ) {}

  get latest(): ReleasedCheckpoint | undefined {
    return this.log.latest;
  }

  start(): void {
    this.schedule(0);
  }

  /**
   * Waits for a checkpoint over at least so many events.
   * @returns undefined when there was none in time
   * @throws TooManyWaiting
   */
  async whenCovering(size: number, timeoutMs: number): Promise<ReleasedCheckpoint | undefined> {
    const { latest } = this;
    if (latest !== undefined && latest.size >= size) return latest;
    if (this.waiting.size >= WAITERS_MAX) throw new TooManyWaiting();
    return new Promise((resolve) => {
      const waiter: Waiter = {
        size,
        settle: (released) => {
          clearTimeout(timer);
          this.waiting.delete(waiter);
          resolve(released);
        },
      };
      const timer = setTimeout(() => waiter.settle(undefined), timeoutMs);
      this.waiting.add(waiter);
    });
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
    for (const waiter of this.waiting) waiter.settle(undefined);
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.step();
    }, delayMs);
  }

  private async step(): Promise<void> {
    try {
      const released = await this.log.advance();
      if (released !== undefined) this.tell(released);
      this.schedule(PAUSE_MS);
    } catch (error) {
      if (error instanceof LogContradicted) {
        this.stopped = true;
        this.events.onContradiction(error);
        return;
      }
      this.events.onFailure(error);
      this.schedule(PAUSE_AFTER_FAILURE_MS);
    }
  }

  private tell(released: ReleasedCheckpoint): void {
    for (const waiter of this.waiting) if (released.size >= waiter.size) waiter.settle(released);
  }
}
