import { streamName, type StreamName } from '../../src/domain/shared/identifiers.js';
import { encodeEvent } from '../../src/infrastructure/event-codec/codec.js';
import type { NewEvent } from '../../src/infrastructure/event-store/event-store.js';
import { Seeded } from '../seeded.js';
import { merchantCount, merchantName, skuName } from './ledger-shape.js';
import { orderStory } from './order-story.js';
import { LEDGER_NAME } from './ledger-shelf.js';

/** An append that creates an order's stream. */
export interface NewOrder {
  readonly stream: StreamName;
  readonly event: NewEvent;
}

const AT = '2026-06-01T00:00:00.000Z';

/** Encoded fulfilments of orders that no ledger holds: what appends and bare inserts write alike. */
export class NewOrders {
  private readonly seeded: Seeded;
  private told = 0;

  constructor(
    seed: number,
    private readonly ledger = LEDGER_NAME,
  ) {
    this.seeded = new Seeded(seed);
  }

  take(count: number): NewOrder[] {
    return Array.from({ length: count }, () => this.next());
  }

  private next(): NewOrder {
    const orderNo = `N-${this.told++}`;
    const sku = skuName(this.seeded.below(5_000));
    const order = {
      merchantId: merchantName(this.seeded.below(merchantCount())),
      orderNo,
      sku,
      supplier: 0,
      lotId: `LOT-${sku}-0`,
      firstSerial: 1 + this.seeded.below(500),
      quantity: 1,
      stockVersion: 2,
      at: AT,
    };
    for (const { stream, event, commandId, at } of orderStory(order)) {
      if (event.type !== 'OrderFulfilled') continue;
      const context = {
        occurredAt: at,
        recordedAt: at,
        actor: 'operator',
        onBehalfOf: null,
        channel: 'http',
        command: 'IssueOrder',
        commandId,
        correlationId: commandId,
        causationId: null,
      };
      return {
        stream: streamName(this.ledger, ...stream),
        event: encodeEvent(event, context, this.seeded.identity(at)),
      };
    }
    throw new RangeError('an order was told without its fulfilment');
  }
}
