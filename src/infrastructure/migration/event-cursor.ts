import type { StoredEvent } from '../event-store/event-store.js';

/** Takes a log's events one by one, so that two logs can be read side by side. */
export class EventCursor {
  private readonly batches: AsyncIterator<readonly StoredEvent[]>;
  private batch: readonly StoredEvent[] = [];
  private index = 0;

  constructor(batches: AsyncIterable<readonly StoredEvent[]>) {
    this.batches = batches[Symbol.asyncIterator]();
  }

  /** Undefined at the end. */
  async next(): Promise<StoredEvent | undefined> {
    while (this.index >= this.batch.length) {
      const batch = await this.batches.next();
      if (batch.done === true) return undefined;
      this.batch = batch.value;
      this.index = 0;
    }
    const event = this.batch[this.index];
    this.index += 1;
    return event;
  }

  /** Lets go of the log before its end. */
  async close(): Promise<void> {
    await this.batches.return?.();
  }
}
