import type { LedgerEvent } from '../../domain/events.js';
import type { RecordedEvent } from '../../domain/shared/event.js';
import { epcisEvent, epcisTime } from '../../epcis/epcis-event.js';
import { keyCount, type EventDraft } from '../../epcis/event-draft.js';
import { draftMatches, timesMatch, type EventFilter } from '../../epcis/event-filter.js';
import type { EpcisIdentifiers } from '../../epcis/identifiers.js';
import { draftsOf, isMapped } from '../../epcis/mapping.js';
import { decodeEvent, decodeMetadata } from '../../infrastructure/event-codec/codec.js';
import type { StoredEvent } from '../../infrastructure/event-store/event-store.js';

/** The first that a page has not dealt with: a place in the ledger, and which of the EPCIS events made of it. */
export interface EpcisCursor {
  readonly sequence: number;
  readonly index: number;
}

export const EPCIS_START: EpcisCursor = { sequence: 1, index: 0 };

export interface EpcisPage {
  /** Each as JSON text. */
  readonly events: readonly string[];
  /** Where the next page begins; undefined where there is nothing more. */
  readonly next: EpcisCursor | undefined;
  /** When the last of the ledger's events that were read was recorded; undefined where none was. */
  readonly creationDate: string | undefined;
}

export interface Wanted {
  readonly filter: EventFilter;
  /** Only this one. */
  readonly eventId?: string;
  readonly from: EpcisCursor;
  readonly perPage: number;
}

/** What a page holds at most, besides its last event. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** What is done for one page at most: the ledger's events that are read and the keys that are written out. */
export const PAGE_WORK_MAX = 20_000;

/** Gathers a page from the ledger's events, each taken in the ledger's order. */
export class PageInMaking {
  private readonly events: string[] = [];
  private sizeBytes = 0;
  private work = 0;
  private last: StoredEvent | undefined;

  constructor(
    private readonly wanted: Wanted,
    private readonly identifiers: EpcisIdentifiers,
  ) {}

  /**
   * @param stored of one place in the ledger
   * @returns where the next page begins, once this one is full
   */
  take(sequence: number, stored: readonly StoredEvent[]): EpcisCursor | undefined {
    if (this.isFull()) return { sequence, index: 0 };
    this.work += stored.length;
    this.last = stored.at(-1);
    const { from, filter } = this.wanted;
    const made = stored.flatMap((event) => this.madeOf(event));
    for (let index = sequence === from.sequence ? from.index : 0; index < made.length; index += 1) {
      const { draft, recorded } = made[index] as Made;
      if (!draftMatches(filter, draft)) continue;
      if (this.isFull()) return { sequence, index };
      this.add(draft, recorded);
    }
    return undefined;
  }

  ended(next: EpcisCursor | undefined): EpcisPage {
    const creationDate =
      this.last === undefined ? undefined : epcisTime(decodeMetadata(this.last).recordedAt);
    return { events: this.events, next, creationDate };
  }

  private isFull(): boolean {
    const { perPage } = this.wanted;
    return this.events.length >= perPage || this.sizeBytes >= PAGE_BYTES_MAX || this.work >= PAGE_WORK_MAX;
  }

  private madeOf(stored: StoredEvent): Made[] {
    if (!isMapped(stored.type)) return [];
    const recorded = decodeEvent(stored);
    if (!timesMatch(this.wanted.filter, recorded.context)) return [];
    return draftsOf(recorded.event, this.identifiers).map((draft) => ({ draft, recorded }));
  }

  private add(draft: EventDraft, recorded: RecordedEvent): void {
    this.work += keyCount(draft.keys) + 1;
    const event = epcisEvent(draft, recorded, this.identifiers);
    if (this.wanted.eventId !== undefined && this.wanted.eventId !== event.eventID) return;
    const json = JSON.stringify(event);
    this.events.push(json);
    this.sizeBytes += Buffer.byteLength(json);
  }
}

interface Made {
  readonly draft: EventDraft;
  readonly recorded: RecordedEvent<LedgerEvent>;
}
