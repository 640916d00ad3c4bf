import type { Members } from '../history/payloads.js';
import type { StreamNames } from '../source/stream-names.js';

/** An event whose texts were read: what the rules of the goods look at. */
export interface ToldEvent {
  readonly sequence: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  /** When it happened, RFC 3339: the time that decided it. */
  readonly occurredAt: string;
  readonly payload: Members;
}

/** What is done with events of one type. */
export interface Rule {
  /** The versions that this verifier knows. */
  readonly versions: readonly number[];
  /** The stream that such an event must stand in. */
  readonly stream: (payload: Members, names: StreamNames) => string;
  /** @throws Misfit where the event cannot be */
  readonly apply: (event: ToldEvent) => void;
}

export type Rules = Readonly<Record<string, Rule>>;
