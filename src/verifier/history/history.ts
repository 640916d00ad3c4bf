import { leafEntry } from '../../proof/envelope.js';
import { Malformed } from '../../proof/malformed.js';
import { Misfit, type EventPlace, type Findings } from '../findings.js';
import type { EventTree } from '../log/event-tree.js';
import { CHECKPOINT_CATEGORY, type IssuedCheckpoints } from '../log/issued-checkpoints.js';
import type { TransparencyModel } from '../log/read-model.js';
import { placeOf, type SourceEvent } from '../source/ledger-source.js';
import type { StreamNames } from '../source/stream-names.js';
import type { Goods } from '../units/goods.js';
import { EventIds } from './event-ids.js';
import { countOf, objectOf, payloadOf, textOf, type Members } from './payloads.js';
import { StreamRevisions } from './stream-revisions.js';

/** What the events of one history are held against, as they pass. */
export interface HistoryGrounds {
  readonly names: StreamNames;
  readonly findings: Findings;
  readonly tree: EventTree;
  readonly goods: Goods;
  readonly issued: IssuedCheckpoints;
  readonly model: TransparencyModel | undefined;
}

const NO_ENTRY = Buffer.alloc(0);

/** Takes the events of a history, one after another, and tells what does not fit. */
export class History {
  readonly ids = new EventIds();
  readonly revisions = new StreamRevisions();
  /** Of the ledger's sequence. */
  events = 0;
  asideEvents = 0;
  /** The first event whose leaf the service's own read model holds otherwise. */
  differingLeaf: EventPlace | undefined;
  private readonly checkpointStream: string;
  private isModelUnreadable = false;

  constructor(private readonly grounds: HistoryGrounds) {
    this.checkpointStream = grounds.names.of(CHECKPOINT_CATEGORY);
  }

  take(event: SourceEvent): void {
    this.attempt(event, () => {
      if (!event.stream.startsWith(this.grounds.names.prefix))
        throw new Misfit('foreign_stream', 'its stream is not of this ledger');
    });
    this.attempt(event, () => this.revisions.follow(event.stream, event.revision));
    this.attempt(event, () => this.ids.use(event.eventId));
    if (event.sequence === null) {
      this.asideEvents += 1;
      this.attempt(event, () => this.takeAside(event));
    } else {
      this.events += 1;
      const entry = this.entryOf(event, event.sequence);
      this.grounds.tree.append(entry);
      this.attempt(event, () => this.takeInSequence(event, event.sequence as number));
      this.compareLeaf(event, entry);
    }
  }

  private takeAside(event: SourceEvent): void {
    const payload = payloadOf(event.data);
    objectOf(event.metadata, 'bad_metadata');
    if (event.stream === this.checkpointStream) this.grounds.issued.check(event, payload);
  }

  private takeInSequence(event: SourceEvent, sequence: number): void {
    const payload = payloadOf(event.data);
    const { schemaVersion, occurredAt } = contextOf(objectOf(event.metadata, 'bad_metadata'));
    const { stream, revision, type } = event;
    this.grounds.goods.apply({ sequence, stream, revision, type, schemaVersion, occurredAt, payload });
  }

  /** An event that cannot be a leaf leaves its place empty, and no root after it is one that was promised. */
  private entryOf(event: SourceEvent, sequence: number): Buffer {
    try {
      return leafEntry(event, sequence);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.tell(
        event,
        new Misfit('bad_metadata', 'no leaf can be made of it: its metadata lacks what a leaf says'),
      );
      return NO_ENTRY;
    }
  }

  /** Only the first that differs is told, and a read model that cannot be read is compared no further. */
  private compareLeaf(event: SourceEvent, entry: Buffer): void {
    const { model, findings } = this.grounds;
    if (model === undefined || this.differingLeaf !== undefined || this.isModelUnreadable) return;
    try {
      if (!model.holds(event, entry)) this.differingLeaf = placeOf(event);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.isModelUnreadable = true;
      findings.add({ code: error.code, message: error.message, file: model.name });
    }
  }

  private attempt(event: SourceEvent, check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      this.tell(event, error);
    }
  }

  private tell(event: SourceEvent, { code, message }: Misfit): void {
    this.grounds.findings.add({ code, message, event: placeOf(event) });
  }
}

function contextOf(metadata: Members): { readonly schemaVersion: number; readonly occurredAt: string } {
  try {
    textOf(metadata, 'recordedAt');
    textOf(metadata, 'actor');
    return {
      schemaVersion: countOf(metadata, 'schemaVersion', 1),
      occurredAt: textOf(metadata, 'occurredAt'),
    };
  } catch {
    throw new Misfit('bad_metadata', 'its metadata lacks actor, times or schema version');
  }
}
