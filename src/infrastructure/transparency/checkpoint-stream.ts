import { streamName, type StreamName } from '../../domain/shared/identifiers.js';
import { asidePayload } from '../event-codec/aside-event.js';
import { encodeEvent } from '../event-codec/codec.js';
import { freshAsideIdentity } from '../event-codec/fresh-identity.js';
import { NO_STREAM, WrongExpectedRevision, type EventStore } from '../event-store/event-store.js';
import { CHECKPOINT_CATEGORY, type Checkpoint, type CheckpointIssued } from './events.js';

const VERSION = 1;

/** A checkpoint with where it stands: a tree that has passed this position must hold it. */
export interface IssuedCheckpoint extends Checkpoint {
  readonly revision: number;
  /** In the engine's log. */
  readonly position: number;
}

export interface CheckpointStreamSurroundings {
  readonly store: EventStore;
  readonly ledgerName: string;
  /** The writer's clock, as RFC 3339 text. */
  readonly now: () => string;
}

/** The ledger's promises about itself, in the order in which they were made. */
export class CheckpointStream {
  private readonly stream: StreamName;

  constructor(private readonly surroundings: CheckpointStreamSurroundings) {
    this.stream = streamName(surroundings.ledgerName, CHECKPOINT_CATEGORY);
  }

  /** The last one, looked for from a revision on; undefined where there is none from there on. */
  async lastFrom(revision: number): Promise<IssuedCheckpoint | undefined> {
    let last: IssuedCheckpoint | undefined;
    for await (const issued of this.from(revision)) last = issued;
    return last;
  }

  /** The one at a revision; undefined where the stream does not go so far. */
  async at(revision: number): Promise<IssuedCheckpoint | undefined> {
    for await (const issued of this.from(revision, 1)) return issued;
    return undefined;
  }

  /** Appends one after the last; undefined where another instance was faster. */
  async issue(
    checkpoint: Checkpoint,
    after: IssuedCheckpoint | undefined,
  ): Promise<IssuedCheckpoint | undefined> {
    const at = this.surroundings.now();
    const event: CheckpointIssued = { type: 'CheckpointIssued', schemaVersion: VERSION, payload: checkpoint };
    const context = {
      occurredAt: at,
      recordedAt: at,
      actor: 'sourcebook',
      onBehalfOf: null,
      channel: 'process',
      command: 'IssueCheckpoint',
      commandId: `checkpoint-${checkpoint.size}`,
      correlationId: `checkpoint-${checkpoint.size}`,
      causationId: null,
    };
    const encoded = encodeEvent(event, context, freshAsideIdentity());
    try {
      const expected = after?.revision ?? NO_STREAM;
      const appended = await this.surroundings.store.append(this.stream, expected, [encoded]);
      return { ...checkpoint, ...appended };
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return undefined;
      throw error;
    }
  }

  private async *from(fromRevision: number, limit?: number): AsyncIterable<IssuedCheckpoint> {
    const options = limit === undefined ? { fromRevision } : { fromRevision, limit };
    for await (const batch of this.surroundings.store.readStream(this.stream, options)) {
      for (const stored of batch) {
        const payload = asidePayload(stored, 'CheckpointIssued', VERSION) as Checkpoint;
        yield { ...payload, revision: stored.revision, position: stored.position };
      }
    }
  }
}
