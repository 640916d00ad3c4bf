import { setImmediate as turn } from 'node:timers/promises';
import { streamName, type StreamName } from '../../domain/shared/identifiers.js';
import type { PackEvent } from '../../proof/evidence/lines.js';
import { decodeEvent } from '../event-codec/codec.js';
import type { StoredEvent } from '../event-store/event-store.js';
import type { SequencedEvent } from './facts.js';
import { EvidenceRefused, type BuildSurroundings, type EvidenceSources } from './ports.js';

/** An event that may go into a pack: decoded, and as it was stored. */
export interface ReadEvent extends SequencedEvent {
  readonly pack: PackEvent;
}

/** The most events that a pack holds: they are kept in memory while it is built. */
export const PACK_EVENTS_MAX = 1_000_000;

/** Reads streams of a ledger up to a checkpoint, and keeps what belongs into the pack. */
export class LedgerReader {
  private readonly kept = new Map<number, ReadEvent>();
  private readonly whole = new Map<string, readonly ReadEvent[]>();

  constructor(
    private readonly sources: Pick<EvidenceSources, 'ledgerName' | 'store' | 'tree'>,
    /** Of the checkpoint: later events do not count. */
    readonly size: number,
    private readonly surroundings: BuildSurroundings,
  ) {}

  stream(category: string, ...parts: readonly string[]): StreamName {
    return streamName(this.sources.ledgerName, category, ...parts);
  }

  /** A stream's events up to the checkpoint, from a revision on. */
  async *read(stream: StreamName, fromRevision = 0, limit?: number): AsyncGenerator<ReadEvent> {
    const options = limit === undefined ? { fromRevision } : { fromRevision, limit };
    for await (const batch of this.sources.store.readStream(stream, options)) {
      this.surroundings.signal?.throwIfAborted();
      for (const stored of batch) {
        const event = this.sequenced(stored);
        if (event === undefined) return;
        yield event;
      }
      // Others' requests are not kept waiting for a long stream.
      await turn();
    }
  }

  async first(stream: StreamName, revision: number): Promise<ReadEvent | undefined> {
    for await (const event of this.read(stream, revision, 1)) return event;
    return undefined;
  }

  /** Keeps all of a stream, once. */
  async keepWhole(stream: StreamName): Promise<readonly ReadEvent[]> {
    const known = this.whole.get(stream);
    if (known !== undefined) return known;
    const events: ReadEvent[] = [];
    for await (const event of this.read(stream)) {
      this.keep(event);
      events.push(event);
    }
    this.whole.set(stream, events);
    return events;
  }

  /** @throws EvidenceRefused `too_large` */
  keep(event: ReadEvent): void {
    this.kept.set(event.sequence, event);
    if (this.kept.size > PACK_EVENTS_MAX) {
      const message = `the question concerns more than ${PACK_EVENTS_MAX} events; ask for less, such as a shorter period`;
      throw new EvidenceRefused('too_large', message);
    }
    if (this.kept.size % 1000 === 0)
      this.surroundings.onProgress?.({ step: 'collecting', done: this.kept.size, total: null });
  }

  /** In the order of the ledger's sequence. */
  events(): ReadEvent[] {
    return [...this.kept.values()].sort((a, b) => a.sequence - b.sequence);
  }

  /** Undefined beyond the checkpoint. */
  private sequenced(stored: StoredEvent): ReadEvent | undefined {
    const sequence = this.sources.tree.sequenceOf(stored.eventId);
    if (sequence === undefined || sequence > this.size) return undefined;
    const { eventId, type, stream, revision, data, metadata } = stored;
    const pack = { sequence, stream, revision, eventId, type, data, metadata };
    return { sequence, recorded: decodeEvent(stored), pack };
  }
}
