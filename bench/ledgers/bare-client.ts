import { EventStoreDBClient, jsonEvent, NO_STREAM, START, type JSONEventType } from '@eventstore/db-client';
import type { NewOrder } from './new-orders.js';

/** The floor of a cluster: `@eventstore/db-client` alone. */
export class BareClient {
  private readonly client: EventStoreDBClient;

  constructor(url: string) {
    this.client = EventStoreDBClient.connectionString(url.replace(/^kurrentdb/, 'esdb'));
  }

  /** Each order's event to a stream of its own, so many under way at once. */
  async appendAll(orders: readonly NewOrder[], inFlight: number): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let order = orders[next++]; order !== undefined; order = orders[next++]) await this.append(order);
    };
    await Promise.all(Array.from({ length: inFlight }, work));
  }

  /** Everything that the server holds, parsed by the client. @returns how many events there were */
  async readAll(): Promise<number> {
    let count = 0;
    for await (const { event } of this.client.readAll({ fromPosition: START })) {
      if (event !== undefined && !event.type.startsWith('$')) count += 1;
    }
    return count;
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }

  private async append({ stream, event }: NewOrder): Promise<void> {
    const message = jsonEvent<JSONEventType>({
      id: event.eventId,
      type: event.type,
      data: JSON.parse(event.data) as Record<string, unknown>,
      metadata: JSON.parse(event.metadata) as Record<string, unknown>,
    });
    await this.client.appendToStream(stream, message, { expectedRevision: NO_STREAM });
  }
}
