import type { StoredEvent } from '../event-store/event-store.js';
import { UnknownEvent } from './codec.js';

/**
 * The payload of an aside stream's event. Aside events have one version each so far.
 * @throws UnknownEvent for another type, or a version this program does not know
 */
export function asidePayload(stored: StoredEvent, type: string, newestVersion: number): unknown {
  const { schemaVersion } = JSON.parse(stored.metadata) as { readonly schemaVersion: number };
  if (stored.type === type && schemaVersion === newestVersion) return JSON.parse(stored.data);
  throw new UnknownEvent(stored.type, schemaVersion, stored.stream, stored.revision);
}
