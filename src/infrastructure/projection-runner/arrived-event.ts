import type { LedgerEvent } from '../../domain/events.js';
import type { RecordedEvent } from '../../domain/shared/event.js';
import { isInSequence } from '../../domain/shared/identifiers.js';
import { decodeEvent } from '../event-codec/codec.js';
import type { StoredEvent } from '../event-store/event-store.js';

/** An event on its way into read models: decoded once, however many of them want it. */
export interface ArrivedEvent {
  readonly position: number;
  readonly eventId: string;
  /** Null for an aside event, which no read model sees. */
  readonly event: (() => RecordedEvent<LedgerEvent>) | null;
}

export function arrived(stored: StoredEvent): ArrivedEvent {
  const { position, eventId } = stored;
  if (!isInSequence(stored.stream)) return { position, eventId, event: null };
  let decoded: RecordedEvent<LedgerEvent> | undefined;
  return { position, eventId, event: () => (decoded ??= decodeEvent(stored)) };
}
