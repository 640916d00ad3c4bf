import type { EventOf, LedgerEvent, LedgerEventType } from '../domain/events.js';
import type { EventContext, RecordedEvent } from '../domain/shared/event.js';
import type { Tables } from './shared/tables.js';

/** Where an event stands. */
export interface Place {
  /** Its number in the ledger's sequence, from 1. */
  readonly sequence: number;
  /** Its place in the engine's log; nothing but "larger is later" may be read into it. */
  readonly position: number;
}

/** What each event does to a read model's tables. Events that are not named do nothing. */
export type Handlers = {
  readonly [Type in LedgerEventType]?: (event: RecordedEvent<EventOf<Type>>, place: Place) => void;
};

/** An event as its bytes stand in the log, in the version in which it was written. */
export interface EventAsStored {
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  /** JSON text of the payload. */
  readonly data: string;
  /** JSON text of everything else. */
  readonly metadata: string;
}

/** A read model at work on its tables. Anything it remembers between events is a cache of them. */
export interface Projection {
  readonly on: Handlers;
  /** For every event of the sequence, before its handler. */
  readonly onEvery?: (context: EventContext, place: Place) => void;
  /** For every event of the sequence, as it was stored. */
  readonly onStored?: (stored: EventAsStored, place: Place) => void;
  /** Writes back what is only remembered; called before every commit. */
  flush(): void;
}

/**
 * A disposable SQLite file, named by name and version, made of nothing but the ledger's sequence. A change of its
 * tables, or of what an event does to them, raises the version: the new one is built beside the old.
 */
export interface ReadModel<Questions = unknown> {
  readonly name: string;
  readonly version: number;
  /** The tables, as statements of SQLite's language. */
  readonly schema: string;
  open(tables: Tables): Projection;
  questions(tables: Tables): Questions;
}

/** An event that is read as far as somebody needs it: most read models want few of them. */
export interface ArrivingEvent {
  readonly type: string;
  readonly stored: EventAsStored;
  context(): EventContext;
  event(): RecordedEvent<LedgerEvent>;
}

/** Applies one event of a type that the ledger has. @throws whatever the handler throws: the read model stops there */
export function applyEvent(projection: Projection, arriving: ArrivingEvent, place: Place): void {
  projection.onStored?.(arriving.stored, place);
  projection.onEvery?.(arriving.context(), place);
  const handler = projection.on[arriving.type as LedgerEventType] as
    ((event: RecordedEvent<LedgerEvent>, place: Place) => void) | undefined;
  handler?.(arriving.event(), place);
}
