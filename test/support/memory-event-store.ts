import type {
  Appended,
  EventStore,
  Position,
  ReadAllOptions,
  StoredEvent,
} from '../../src/infrastructure/event-store/event-store.js';
import { START } from '../../src/infrastructure/event-store/event-store.js';

/** A log in memory that tests of its readers fill directly. Positions grow, but not by one, as on a cluster. */
export class MemoryEventStore implements EventStore {
  private readonly events: StoredEvent[] = [];
  private readonly waiting = new Set<() => void>();
  /** Thrown at the next read, once. */
  failure: Error | undefined;

  add(events: readonly StoredEvent[]): this {
    for (const event of events) this.events.push({ ...event, position: this.events.length * 3 });
    for (const wake of this.waiting) wake();
    return this;
  }

  async head(): Promise<Position> {
    return this.events.at(-1)?.position ?? START;
  }

  async *readAll(after: Position, options: ReadAllOptions = {}): AsyncIterable<readonly StoredEvent[]> {
    const { batchSize = 1000, signal } = options;
    let next = this.events.findIndex(({ position }) => position > after);
    while (next >= 0 && next < this.events.length && signal?.aborted !== true) {
      if (this.failure !== undefined) throw this.takeFailure();
      yield this.events.slice(next, next + batchSize);
      next += batchSize;
    }
  }

  async *subscribe(
    after: Position,
    options: ReadAllOptions & { signal: AbortSignal },
  ): AsyncIterable<readonly StoredEvent[]> {
    let reached = after;
    while (!options.signal.aborted) {
      for await (const batch of this.readAll(reached, options)) {
        reached = batch.at(-1)?.position ?? reached;
        yield batch;
      }
      if (reached >= (await this.head())) await this.moved(options.signal);
    }
  }

  append(): Promise<Appended> {
    throw new Error('a test adds its events directly');
  }

  readStream(): AsyncIterable<readonly StoredEvent[]> {
    throw new Error('read models read the whole log');
  }

  async destroy(): Promise<void> {
    throw new Error('nothing is destroyed here');
  }

  async close(): Promise<void> {
    for (const wake of this.waiting) wake();
  }

  private takeFailure(): Error {
    const failure = this.failure as Error;
    this.failure = undefined;
    return failure;
  }

  private moved(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
