import type { EventOf, LedgerEvent, LedgerEventType } from '../../src/domain/events.js';
import { newestVersions } from '../../src/infrastructure/event-codec/versions.js';

/** An event of a made-up history, before it is written. */
export interface ToldEvent {
  /** Category and parts of its stream. */
  readonly stream: readonly [string, ...string[]];
  readonly event: LedgerEvent;
  /** Of the command that would have caused it. */
  readonly commandId: string;
  /** RFC 3339. */
  readonly at: string;
}

/** An event in its newest version. */
export function eventOf<Type extends LedgerEventType>(
  type: Type,
  payload: EventOf<Type>['payload'],
): LedgerEvent {
  return { type, schemaVersion: newestVersions[type], payload } as LedgerEvent;
}
