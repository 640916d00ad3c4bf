import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, StoredEvent } from '../../infrastructure/event-store/event-store.js';
import { START } from '../../infrastructure/event-store/event-store.js';
import { OPEN_LEDGER, type OpenLedger } from '../../infrastructure/host/open-ledger.js';
import { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import { READ_MODELS } from '../queries/read-model-desk.js';
import { cloudEvent, isOfSequence } from './cloud-event.js';

/** What a page holds at most, besides its last event: import chunks are large. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** How many events are read at once: a page's, and those up to the next place whose sequence is known. */
const READ_BATCH = 256;

export interface FeedPage {
  /** A JSON array of CloudEvents. */
  readonly json: string;
  /** The sequence of the last event given or, on an empty page, what was asked for. */
  readonly last: number;
  /** False where the page ends because the ledger does. */
  readonly more: boolean;
}

/** The ledger's events in its sequence, which is the same on every engine. */
@Injectable()
export class EventFeed {
  private readonly store: EventStore;
  private readonly origin: string;

  constructor(
    @Inject(OPEN_LEDGER) { store, origin }: Pick<OpenLedger, 'store' | 'origin'>,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.store = store;
    this.origin = origin;
  }

  /** At most `limit` events that follow a sequence. */
  async pageAfter(after: number, limit: number): Promise<FeedPage> {
    const page = new PageInMaking(this.origin, after, limit);
    const near = this.models.read(['moments'], ({ moments }) => moments.placeNear(after)).value;
    let sequence = near?.sequence ?? 0;
    for await (const batch of this.store.readAll(near?.position ?? START, { batchSize: READ_BATCH })) {
      for (const stored of batch) {
        if (!isOfSequence(stored)) continue;
        sequence += 1;
        if (sequence > after && !page.add(stored, sequence)) return page.ended(true);
      }
    }
    return page.ended(false);
  }
}

class PageInMaking {
  private readonly events: string[] = [];
  private sizeBytes = 0;

  constructor(
    private readonly origin: string,
    private last: number,
    private readonly limit: number,
  ) {}

  /** False when the page is full and the event has to wait for the next. */
  add(stored: StoredEvent, sequence: number): boolean {
    if (this.events.length >= this.limit || this.sizeBytes >= PAGE_BYTES_MAX) return false;
    const event = cloudEvent(stored, sequence, this.origin);
    this.events.push(event);
    this.sizeBytes += Buffer.byteLength(event);
    this.last = sequence;
    return true;
  }

  ended(more: boolean): FeedPage {
    return { json: `[${this.events.join(',')}]`, last: this.last, more };
  }
}
