import { unreachable } from '../shared/event.js';
import type { GenesisEvent } from './events.js';

/** What the ledger signs its checkpoints as, and with. */
export interface GenesisState {
  readonly ledgerId: string;
  /** The present one last. */
  readonly origins: readonly string[];
  /** Of the keys that sign now, in the order in which they were added; null: the key of a founding of version 1. */
  readonly signingKeys: readonly (string | null)[];
}

export function initialGenesis(): GenesisState {
  return { ledgerId: '', origins: [], signingKeys: [] };
}

export function evolveGenesis(state: GenesisState, event: GenesisEvent): GenesisState {
  switch (event.type) {
    case 'LedgerFounded': {
      const { ledgerId, origin, signingKey } = event.payload;
      return { ledgerId, origins: [origin], signingKeys: [signingKey] };
    }
    case 'SigningKeyAdded':
      return { ...state, signingKeys: [...state.signingKeys, event.payload.publicKey] };
    case 'SigningKeyRetired':
      return { ...state, signingKeys: state.signingKeys.filter((key) => key !== event.payload.publicKey) };
    case 'LogForked':
      return { ...state, origins: [...state.origins, event.payload.origin] };
    default:
      return unreachable(event);
  }
}
