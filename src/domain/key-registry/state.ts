import { unreachable } from '../shared/event.js';
import type { ImportTerms, KeyRegistryEvent } from './events.js';

export interface OpenImport {
  readonly terms: ImportTerms;
  /** The serial that the next chunk must begin with. */
  nextSerial: number;
}

/**
 * The registry admits one import at a time; which keys and lots are known is the local index's to answer, derived from
 * this same stream, so the state stays small however many keys there are.
 */
export interface KeyRegistryState {
  /** The revision that the stream's next event will have. */
  nextRevision: number;
  open: OpenImport | undefined;
}

export function initialKeyRegistry(): KeyRegistryState {
  return { nextRevision: 0, open: undefined };
}

export function evolveKeyRegistry(state: KeyRegistryState, event: KeyRegistryEvent): KeyRegistryState {
  state.nextRevision += 1;
  switch (event.type) {
    case 'ImportOpened':
      state.open = { terms: event.payload, nextSerial: 1 };
      return state;
    case 'KeysRegistered':
      if (state.open !== undefined) state.open.nextSerial = event.payload.firstSerial + event.payload.count;
      return state;
    case 'ImportCompleted':
    case 'ImportAbandoned':
      state.open = undefined;
      return state;
    case 'DuplicateKeysFound':
    case 'ImportRefused':
      return state;
    default:
      return unreachable(event);
  }
}
