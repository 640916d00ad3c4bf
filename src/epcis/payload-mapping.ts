import type { EventOf, LedgerEventType } from '../domain/events.js';
import type { EventDraft } from './event-draft.js';
import type { EpcisIdentifiers } from './identifiers.js';

/** What each event says in EPCIS. Events that are not named say nothing there: docs/epcis.md tells why. */
export type Mapping = {
  readonly [Type in LedgerEventType]?: (
    payload: EventOf<Type>['payload'],
    identifiers: EpcisIdentifiers,
  ) => readonly EventDraft[];
};
