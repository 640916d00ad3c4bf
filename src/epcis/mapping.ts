import type { LedgerEvent } from '../domain/events.js';
import type { EventDraft } from './event-draft.js';
import type { EpcisIdentifiers } from './identifiers.js';
import type { Mapping } from './payload-mapping.js';
import { orderMapping } from './order-mapping.js';
import { purchaseMapping } from './purchase-mapping.js';
import { stockMapping } from './stock-mapping.js';

const MAPPING: Mapping = { ...purchaseMapping, ...stockMapping, ...orderMapping };

/** Whether events of a type say anything in EPCIS, so that others need not be decoded. */
export function isMapped(type: string): boolean {
  return Object.hasOwn(MAPPING, type);
}

/** What an event of the ledger says in EPCIS, from its own payload alone: the same for ever. */
export function draftsOf(
  { type, payload }: LedgerEvent,
  identifiers: EpcisIdentifiers,
): readonly EventDraft[] {
  const mapped = MAPPING[type] as
    ((payload: LedgerEvent['payload'], identifiers: EpcisIdentifiers) => readonly EventDraft[]) | undefined;
  return mapped?.(payload, identifiers) ?? [];
}
