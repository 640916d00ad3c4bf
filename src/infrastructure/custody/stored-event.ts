import { asidePayload } from '../event-codec/aside-event.js';
import type { StoredEvent } from '../event-store/event-store.js';
import type { CustodyEvent, DataKeyWrapped, LedgerSecretsSealed, SigningSeedSealed } from './events.js';

/** What each type of custody event carries. */
interface CustodyPayloads {
  readonly DataKeyWrapped: DataKeyWrapped['payload'];
  readonly LedgerSecretsSealed: LedgerSecretsSealed['payload'];
  readonly SigningSeedSealed: SigningSeedSealed['payload'];
}

type CustodyEventType = CustodyEvent['type'] & keyof CustodyPayloads;

/** The newest version of every custody event; a type missing here does not compile. */
export const newestCustodyVersions: Readonly<Record<CustodyEventType, number>> = {
  DataKeyWrapped: 1,
  LedgerSecretsSealed: 1,
  SigningSeedSealed: 1,
};

/** Reads what a custody stream holds. @throws UnknownEvent for another type, or a version this program does not know */
export function custodyPayload<Type extends CustodyEventType>(
  stored: StoredEvent,
  type: Type,
): CustodyPayloads[Type] {
  return asidePayload(stored, type, newestCustodyVersions[type]) as CustodyPayloads[Type];
}
