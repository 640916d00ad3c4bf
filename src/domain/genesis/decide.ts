import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable } from '../shared/event.js';
import { Refusal } from '../shared/refusal.js';
import type { GenesisEvent, LogForked } from './events.js';
import { evolveGenesis, initialGenesis, type GenesisState } from './state.js';

export type GenesisCommand =
  | { readonly kind: 'add-signing-key'; readonly publicKey: string }
  | { readonly kind: 'retire-signing-key'; readonly publicKey: string | null }
  | {
      readonly kind: 'fork';
      readonly origin: string;
      readonly promised: LogForked['payload']['promised'];
      readonly reason: string;
    };

/** During an overlap there are two; more only make checkpoints longer. */
const SIGNING_KEYS_MAX = 4;

function decide(state: GenesisState, command: GenesisCommand): Decision<GenesisEvent, Done> {
  switch (command.kind) {
    case 'add-signing-key':
      return addSigningKey(state, command.publicKey);
    case 'retire-signing-key':
      return retireSigningKey(state, command.publicKey);
    case 'fork':
      return fork(state, command);
    default:
      return unreachable(command);
  }
}

function addSigningKey({ signingKeys }: GenesisState, publicKey: string): Decision<GenesisEvent, Done> {
  if (signingKeys.includes(publicKey)) return accept([], DONE);
  if (signingKeys.length >= SIGNING_KEYS_MAX) {
    const message = `${SIGNING_KEYS_MAX} keys sign already; retire one first`;
    return refuse(new Refusal('too_many_signing_keys', message));
  }
  return accept([{ type: 'SigningKeyAdded', schemaVersion: 1, payload: { publicKey } }], DONE);
}

function retireSigningKey(
  { signingKeys }: GenesisState,
  publicKey: string | null,
): Decision<GenesisEvent, Done> {
  if (!signingKeys.includes(publicKey)) {
    return refuse(new Refusal('unknown_signing_key', 'no key of this name signs; see sourcebook log keys'));
  }
  if (signingKeys.length === 1) {
    return refuse(new Refusal('last_signing_key', 'it is the only key that signs; add another one first'));
  }
  return accept([{ type: 'SigningKeyRetired', schemaVersion: 1, payload: { publicKey } }], DONE);
}

function fork(
  { origins }: GenesisState,
  { origin, promised, reason }: Extract<GenesisCommand, { kind: 'fork' }>,
): Decision<GenesisEvent, Done> {
  const previousOrigin = origins.at(-1) ?? '';
  if (origins.includes(origin)) {
    return refuse(new Refusal('origin_used', `${origin} has promised a history already; name a new origin`));
  }
  const payload = { previousOrigin, origin, promised, reason };
  return accept([{ type: 'LogForked', schemaVersion: 1, payload }], DONE);
}

/** The ledger itself: what it is called, and which keys speak for it. Its first event is appended at its founding. */
export const genesis: Decider<GenesisState, GenesisCommand, GenesisEvent, Done> = {
  category: 'genesis',
  initial: initialGenesis,
  decide,
  evolve: evolveGenesis,
  recall: () => DONE,
};
