import { randomUUID } from 'node:crypto';
import type {
  EventStore,
  NewEvent,
  Position,
  StoredEvent,
} from '../../src/infrastructure/event-store/event-store.js';

/** An event whose payload is the given value. */
export function newEvent(payload: unknown = {}): NewEvent {
  return {
    eventId: randomUUID(),
    type: 'SomethingHappened',
    data: JSON.stringify(payload),
    metadata: JSON.stringify({ schemaVersion: 1 }),
  };
}

export function newEvents(count: number, payload: unknown = {}): NewEvent[] {
  return Array.from({ length: count }, () => newEvent(payload));
}

/** An event whose data and metadata take exactly so many bytes. */
export function newEventOfSize(sizeBytes: number): NewEvent {
  const event = newEvent('');
  const filling =
    sizeBytes - Buffer.byteLength(event.data) - Buffer.byteLength(event.metadata) - 2 * event.type.length;
  return { ...event, data: JSON.stringify('x'.repeat(filling)) };
}

/** All events of an iteration that ends by itself. */
export async function allOf(batches: AsyncIterable<readonly StoredEvent[]>): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}

export function idsOf(events: readonly { eventId: string }[]): string[] {
  return events.map((event) => event.eventId);
}

/** Follows the log in the background and keeps what it sees. */
export class Follower {
  readonly events: StoredEvent[] = [];
  /** Resolves when the iteration has ended, however it did. */
  readonly ended: Promise<void>;
  private readonly abort = new AbortController();
  private arrived: () => void = () => undefined;
  private failure: Error | undefined;

  constructor(store: EventStore, after: Position, batchSize?: number) {
    const options = batchSize === undefined ? {} : { batchSize };
    this.ended = this.follow(store.subscribe(after, { ...options, signal: this.abort.signal }));
  }

  /** Resolves when so many events were seen; the first error of the subscription otherwise. */
  async seen(count: number): Promise<readonly StoredEvent[]> {
    while (this.events.length < count) {
      if (this.failure !== undefined) throw this.failure;
      await new Promise<void>((resolve) => {
        this.arrived = resolve;
      });
    }
    return this.events;
  }

  /** Aborts, and resolves when the iteration has ended. */
  async stop(): Promise<readonly StoredEvent[]> {
    this.abort.abort();
    await this.ended;
    if (this.failure !== undefined) throw this.failure;
    return this.events;
  }

  private async follow(batches: AsyncIterable<readonly StoredEvent[]>): Promise<void> {
    try {
      for await (const batch of batches) {
        this.events.push(...batch);
        this.arrived();
      }
    } catch (error) {
      this.failure = error as Error;
      this.arrived();
    }
  }
}
