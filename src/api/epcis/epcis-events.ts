import { Inject, Injectable } from '@nestjs/common';
import { keyId, type StreamName } from '../../domain/shared/identifiers.js';
import type { Instant } from '../../domain/shared/time.js';
import type { EventFilter, Key } from '../../epcis/event-filter.js';
import { baseOfOrigin, checkedBase, EpcisIdentifiers } from '../../epcis/identifiers.js';
import { sequenced, type Sequenced } from '../../epcis/sequenced.js';
import { decodeEvent } from '../../infrastructure/event-codec/codec.js';
import { START, type EventStore, type StoredEvent } from '../../infrastructure/event-store/event-store.js';
import { OPEN_LEDGER, type OpenLedger } from '../../infrastructure/host/open-ledger.js';
import { ReadModels, type Answer } from '../../infrastructure/projection-runner/read-models.js';
import type { KeyMovement } from '../../projections/traceability/questions.js';
import { READ_MODELS } from '../queries/read-model-desk.js';
import { EPCIS_START, PageInMaking, type EpcisCursor, type EpcisPage, type Wanted } from './event-page.js';

/** How many events are read at once: those up to the next place whose sequence is known. */
const READ_BATCH = 256;

/** How far back in the stock's stream the parts of a lot are looked for: they are recorded one after the other. */
const LOT_PARTS_WITHIN = 2000;

/** What happened to a whole lot, or to nobody's goods: no EPCIS event of it names a key. */
const NAMES_NO_KEY: ReadonlySet<KeyMovement['kind']> = new Set(['quarantined', 'released', 'revealed']);

/** The ledger's EPCIS events, made of the log as they are asked for. */
@Injectable()
export class EpcisEvents {
  readonly identifiers: EpcisIdentifiers;
  private readonly store: EventStore;

  /** @throws UnusableBase */
  constructor(
    @Inject(OPEN_LEDGER)
    { store, origin, configuration }: Pick<OpenLedger, 'store' | 'origin' | 'configuration'>,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    const { epcisBase } = configuration;
    this.store = store;
    this.identifiers = new EpcisIdentifiers(
      epcisBase === undefined ? baseOfOrigin(origin) : checkedBase(epcisBase),
    );
  }

  /** Reads the log from a cursor on until the page is full. */
  async page(wanted: Wanted): Promise<EpcisPage> {
    const page = new PageInMaking(wanted, this.identifiers);
    for await (const { stored, sequence } of this.eventsFrom(wanted.from.sequence)) {
      const next = page.take(sequence, [stored]);
      if (next !== undefined) return page.ended(next);
    }
    return page.ended(undefined);
  }

  /** Where the events that were recorded at or after a moment begin, or shortly before. */
  startOf({ recordTimeFrom }: EventFilter): EpcisCursor {
    if (recordTimeFrom === undefined) return EPCIS_START;
    const before: Instant = recordTimeFrom - 1;
    const sequence = this.models.read(['moments'], ({ moments }) => moments.sequenceAsOf(before)).value;
    return { sequence: sequence + 1, index: 0 };
  }

  /** In which events of the ledger keys were named, as far as the read model knows; undefined where it knows none. */
  sequencesOf(keys: readonly Key[]): Answer<readonly number[] | undefined> {
    return this.models.read(['traceability'], ({ traceability }, { sequence }) => {
      const timelines = keys.flatMap(
        ({ lotId, serial }) => traceability.timeline({ sequence }, keyId(lotId, serial)) ?? [],
      );
      if (timelines.length === 0) return undefined;
      const naming = timelines.filter(({ kind }) => !NAMES_NO_KEY.has(kind));
      return [...new Set(naming.map((movement) => movement.sequence))].sort((a, b) => a - b);
    });
  }

  /** As `page`, of the ledger's events at some sequences alone. */
  async pageAt(sequences: readonly number[], wanted: Wanted): Promise<EpcisPage> {
    const page = new PageInMaking(wanted, this.identifiers);
    for (const sequence of sequences) {
      if (sequence < wanted.from.sequence) continue;
      const next = page.take(sequence, await this.wholeLot(await this.eventAt(sequence)));
      if (next !== undefined) return page.ended(next);
    }
    return page.ended(undefined);
  }

  private async *eventsFrom(first: number): AsyncIterable<Sequenced<StoredEvent>> {
    const near = this.models.read(['moments'], ({ moments }) => moments.placeNear(first - 1)).value;
    const batches = this.store.readAll(near?.position ?? START, { batchSize: READ_BATCH });
    for await (const batch of sequenced(batches, near?.sequence ?? 0)) {
      for (const event of batch) if (event.sequence >= first) yield event;
    }
  }

  private async eventAt(sequence: number): Promise<StoredEvent> {
    for await (const { stored } of this.eventsFrom(sequence)) return stored;
    throw new RangeError(`the log has no event ${sequence}, which a read model knows of`);
  }

  /** A lot of very many runs was recorded in parts, of which the read model knows the last. */
  private async wholeLot(last: StoredEvent): Promise<readonly StoredEvent[]> {
    const lot = lotOf(last);
    if (lot === undefined || lot.parts === 1) return [last];
    const fromRevision = Math.max(0, last.revision - LOT_PARTS_WITHIN);
    const limit = last.revision - fromRevision;
    const parts: StoredEvent[] = [];
    for await (const batch of this.store.readStream(last.stream as StreamName, { fromRevision, limit })) {
      parts.push(...batch.filter((stored) => lotOf(stored)?.attempt === lot.attempt));
    }
    return [...parts, last];
  }
}

function lotOf(stored: StoredEvent): { readonly attempt: string; readonly parts: number } | undefined {
  if (stored.type !== 'LotReceived') return undefined;
  const { event } = decodeEvent(stored);
  return event.type === 'LotReceived' ? event.payload : undefined;
}
