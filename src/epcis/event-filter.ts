import type { EventContext } from '../domain/shared/event.js';
import { instantOf, type Instant } from '../domain/shared/time.js';
import { epcisTime } from './epcis-event.js';
import type { EventDraft, KeyRun } from './event-draft.js';

/** Which events are wanted; what is left out wants all. Names follow the standard's query parameters. */
export interface EventFilter {
  readonly eventTypes?: readonly string[];
  readonly bizSteps?: readonly string[];
  /** GE_eventTime */
  readonly eventTimeFrom?: Instant;
  /** LT_eventTime */
  readonly eventTimeUntil?: Instant;
  /** GE_recordTime */
  readonly recordTimeFrom?: Instant;
  /** MATCH_epc: any of them. */
  readonly keys?: readonly Key[];
}

export interface Key {
  readonly lotId: string;
  readonly serial: number;
}

/** Whether what a ledger's event says can be wanted at all, by its times. */
export function timesMatch(filter: EventFilter, { occurredAt, recordedAt }: EventContext): boolean {
  const { eventTimeFrom, eventTimeUntil, recordTimeFrom } = filter;
  const eventTime = instantOf(epcisTime(occurredAt));
  if (eventTimeFrom !== undefined && eventTime < eventTimeFrom) return false;
  if (eventTimeUntil !== undefined && eventTime >= eventTimeUntil) return false;
  return recordTimeFrom === undefined || instantOf(epcisTime(recordedAt)) >= recordTimeFrom;
}

export function draftMatches({ eventTypes, bizSteps, keys }: EventFilter, draft: EventDraft): boolean {
  if (eventTypes !== undefined && !eventTypes.includes(draft.type)) return false;
  if (bizSteps !== undefined && !bizSteps.some((bizStep) => bizStep === draft.bizStep)) return false;
  return keys === undefined || keys.some((key) => draft.keys.some((run) => holds(run, key)));
}

function holds({ lotId, firstSerial, count }: KeyRun, key: Key): boolean {
  return lotId === key.lotId && key.serial >= firstSerial && key.serial < firstSerial + count;
}
