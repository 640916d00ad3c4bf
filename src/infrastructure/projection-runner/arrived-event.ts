import type { LedgerEvent } from '../../domain/events.js';
import type { EventContext, RecordedEvent } from '../../domain/shared/event.js';
import { isInSequence } from '../../domain/shared/identifiers.js';
import type { ArrivingEvent } from '../../projections/read-model.js';
import { decodeEvent, decodeMetadata } from '../event-codec/codec.js';
import { newestVersionOf } from '../event-codec/versions.js';
import type { StoredEvent } from '../event-store/event-store.js';

/** An event on its way into read models: decoded when the first of them wants it, and only once. */
export class ArrivedEvent implements ArrivingEvent {
  private decoded: RecordedEvent<LedgerEvent> | undefined;

  constructor(readonly stored: StoredEvent) {}

  get position(): number {
    return this.stored.position;
  }

  get eventId(): string {
    return this.stored.eventId;
  }

  get type(): string {
    return this.stored.type;
  }

  /** Whether it counts in the ledger's sequence; read models see no other. */
  get isInSequence(): boolean {
    return isInSequence(this.stored.stream);
  }

  /**
   * An event of a type that this program does not know may concern any read model, so all of them stop at it.
   * @throws UnknownEvent
   */
  checkType(): void {
    if (newestVersionOf(this.stored.type) === undefined) decodeEvent(this.stored);
  }

  context(): EventContext {
    return this.decoded?.context ?? decodeMetadata(this.stored);
  }

  event(): RecordedEvent<LedgerEvent> {
    return (this.decoded ??= decodeEvent(this.stored));
  }
}

export function arrived(stored: StoredEvent): ArrivedEvent {
  return new ArrivedEvent(stored);
}
