import { UnknownEvent } from '../event-codec/codec.js';
import type { StoredEvent } from '../event-store/event-store.js';
import type { CustodyEvent, DataKeyWrapped, LedgerSecretsSealed } from './events.js';

/** What each type of custody event carries. */
interface CustodyPayloads {
  readonly DataKeyWrapped: DataKeyWrapped['payload'];
  readonly LedgerSecretsSealed: LedgerSecretsSealed['payload'];
}

type CustodyEventType = CustodyEvent['type'] & keyof CustodyPayloads;

/** The newest version of every custody event; a type missing here does not compile. */
export const newestCustodyVersions: Readonly<Record<CustodyEventType, number>> = {
  DataKeyWrapped: 1,
  LedgerSecretsSealed: 1,
};

/** Reads what a custody stream holds. @throws UnknownEvent for another type, or a version this program does not know */
export function custodyPayload<Type extends CustodyEventType>(
  stored: StoredEvent,
  type: Type,
): CustodyPayloads[Type] {
  const { schemaVersion } = JSON.parse(stored.metadata) as { readonly schemaVersion: number };
  if (stored.type !== type || schemaVersion !== newestCustodyVersions[type]) {
    throw new UnknownEvent(stored.type, schemaVersion, stored.stream, stored.revision);
  }
  return JSON.parse(stored.data) as CustodyPayloads[Type];
}
