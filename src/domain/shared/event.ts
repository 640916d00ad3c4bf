/**
 * An event's body as the domain makes and reads it. `type` and `schemaVersion` are the storage contract:
 * explicit strings and numbers that outlive every class name. Versions are only ever added, with an upcaster.
 */
export interface DomainEvent<Type extends string = string, Payload = unknown> {
  readonly type: Type;
  readonly schemaVersion: number;
  readonly payload: Payload;
}

/** Who did what, when, and because of what: carried by every event beside its payload. */
export interface EventContext {
  /** When it happened, as RFC 3339 text: the deciding time of the command. */
  readonly occurredAt: string;
  /** When it was recorded, as RFC 3339 text: set once by the writer and kept on a retry. */
  readonly recordedAt: string;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  /** `http`, `load`, `cli` or `process`. */
  readonly channel: string;
  readonly command: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
}

/** An event as it stands in the ledger. */
export interface RecordedEvent<Event extends DomainEvent = DomainEvent> {
  readonly event: Event;
  readonly eventId: string;
  readonly stream: string;
  /** 0 for a stream's first event. */
  readonly revision: number;
  readonly context: EventContext;
}

/** What a decision saw of another stream: enough to show later that it was right when it was made. */
export interface Seen {
  readonly stream: string;
  /** -1 when the stream held nothing. */
  readonly revision: number;
}

/** Fails to compile where a union's member was forgotten, and throws where an unknown one arrives at run time. */
export function unreachable(value: never): never {
  throw new RangeError(`unexpected ${JSON.stringify(value)}`);
}
