import { StoreUnavailable, type Appended } from '../event-store.js';
import type { RequestedAppend } from './write-session.js';

/** What is committed at once: bounded, so that nobody waits long behind others and the write-ahead log stays small. */
const COMMIT_EVENTS_MAX = 4_096;
const COMMIT_BYTES_MAX = 4 * 1024 * 1024;
/** What may wait; more is refused, for whoever asks faster than the disk writes must hear of it. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
const WAITING_APPENDS_MAX = 65_536;

/** What became of an append: its place, or why it has none. */
export type Outcome = Appended | Error;

interface WaitingAppend extends RequestedAppend {
  readonly settle: (outcome: Outcome) => void;
}

/**
 * Group commit: the appends that arrive in one turn of the event loop are committed together, at the turn's end.
 * A lone append so waits for nothing but the turn it came in.
 */
export class AppendQueue {
  private waiting: WaitingAppend[] = [];
  private waitingBytes = 0;
  private scheduled = false;
  private drained: (() => void)[] = [];

  /** @param commit what becomes of each append, in order; all of it durable when it returns */
  constructor(private readonly commit: (batch: readonly RequestedAppend[]) => readonly Outcome[]) {}

  /** @throws StoreUnavailable when too much is waiting already */
  add({ stream, expected, events, sizeBytes }: RequestedAppend): Promise<Appended> {
    if (this.waiting.length >= WAITING_APPENDS_MAX || this.waitingBytes + sizeBytes > WAITING_BYTES_MAX) {
      throw new StoreUnavailable('too many appends are waiting for the disk; try again in a moment');
    }
    return new Promise((resolve, reject) => {
      const settle = (outcome: Outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
      this.waiting.push({ stream, expected, events, sizeBytes, settle });
      this.waitingBytes += sizeBytes;
      this.schedule();
    });
  }

  /** Resolves when nothing waits any more. */
  drain(): Promise<void> {
    if (this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.drained.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const batch = this.takeBatch();
    const outcomes = this.commit(batch);
    batch.forEach((append, index) => append.settle(outcomes[index] as Outcome));
    if (this.waiting.length > 0) this.schedule();
    else for (const resolve of this.drained.splice(0)) resolve();
  }

  /** The oldest that wait, up to the bounds of a commit; at least one. */
  private takeBatch(): WaitingAppend[] {
    let count = 0;
    let events = 0;
    let sizeBytes = 0;
    for (const append of this.waiting) {
      events += append.events.length;
      if (count > 0 && (events > COMMIT_EVENTS_MAX || sizeBytes + append.sizeBytes > COMMIT_BYTES_MAX)) break;
      sizeBytes += append.sizeBytes;
      count += 1;
    }
    const batch = this.waiting.slice(0, count);
    this.waiting = this.waiting.slice(count);
    this.waitingBytes -= sizeBytes;
    return batch;
  }
}
