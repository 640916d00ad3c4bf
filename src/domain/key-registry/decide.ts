import { accept, DONE, refuse, type Decider, type Decision, type Done } from '../shared/decider.js';
import { unreachable, type Seen } from '../shared/event.js';
import { Refusal } from '../shared/refusal.js';
import type {
  DuplicateKeysFound,
  ImportOpened,
  ImportRefused,
  ImportTerms,
  KeyRegistryEvent,
  KeysRegistered,
} from './events.js';
import { evolveKeyRegistry, initialKeyRegistry, type KeyRegistryState } from './state.js';

export type KeyRegistryCommand =
  /** `plannedAt`: the registry's next revision when the file was de-duplicated against it. */
  | {
      readonly kind: 'open';
      readonly terms: ImportTerms;
      readonly plannedAt: number;
      readonly saw: readonly Seen[];
    }
  | { readonly kind: 'register'; readonly chunk: KeysRegistered['payload'] }
  | {
      readonly kind: 'complete';
      readonly attempt: string;
      readonly duplicates: DuplicateKeysFound['payload'] | null;
    }
  | { readonly kind: 'abandon'; readonly attempt: string; readonly reason: string }
  | {
      readonly kind: 'refuse';
      readonly plannedAt: number;
      readonly refused: ImportRefused['payload'];
      readonly message: string;
      readonly duplicates: DuplicateKeysFound['payload'] | null;
    };

export type KeyRegistryAnswer =
  | Done
  /** Something else was recorded since the plan was made: plan again. */
  | { readonly kind: 'plan-again' }
  /** Another import is open; it must end first. */
  | { readonly kind: 'busy'; readonly attempt: string; readonly lotId: string }
  /** The attempt is over: completed, or abandoned by somebody who waited for it in vain. */
  | { readonly kind: 'over' };

type KeyRegistryDecision = Decision<KeyRegistryEvent, KeyRegistryAnswer>;

function decide(state: KeyRegistryState, command: KeyRegistryCommand): KeyRegistryDecision {
  switch (command.kind) {
    case 'open':
      return open(state, command.terms, command.plannedAt, command.saw);
    case 'register':
      return register(state, command.chunk);
    case 'complete':
      return complete(state, command.attempt, command.duplicates);
    case 'abandon':
      return abandon(state, command.attempt, command.reason);
    case 'refuse':
      return refuseImport(state, command);
    default:
      return unreachable(command);
  }
}

function open(
  state: KeyRegistryState,
  terms: ImportTerms,
  plannedAt: number,
  saw: readonly Seen[],
): KeyRegistryDecision {
  const busy = busyWith(state);
  if (busy !== undefined) return accept([], busy);
  if (state.nextRevision !== plannedAt) return accept([], { kind: 'plan-again' });
  const opened: ImportOpened = { type: 'ImportOpened', schemaVersion: 1, payload: { ...terms, saw } };
  return accept([opened], DONE);
}

function busyWith({ open: current }: KeyRegistryState): KeyRegistryAnswer | undefined {
  return current && { kind: 'busy', attempt: current.terms.attempt, lotId: current.terms.lotId };
}

function isOpen(state: KeyRegistryState, attempt: string): boolean {
  return state.open?.terms.attempt === attempt;
}

/** A chunk that is there already is a resumed import's; one that would leave a gap is a fault of the importer. */
function register(state: KeyRegistryState, chunk: KeysRegistered['payload']): KeyRegistryDecision {
  const current = state.open;
  if (current === undefined || current.terms.attempt !== chunk.attempt) return accept([], { kind: 'over' });
  if (chunk.firstSerial < current.nextSerial) return accept([], DONE);
  if (chunk.firstSerial > current.nextSerial) {
    throw new RangeError(
      `chunk of ${chunk.lotId} begins with serial ${chunk.firstSerial}, not ${current.nextSerial}`,
    );
  }
  return accept([{ type: 'KeysRegistered', schemaVersion: 1, payload: chunk }], DONE);
}

function complete(
  state: KeyRegistryState,
  attempt: string,
  duplicates: DuplicateKeysFound['payload'] | null,
): KeyRegistryDecision {
  const current = state.open;
  if (current === undefined || !isOpen(state, attempt)) return accept([], { kind: 'over' });
  const registered = current.nextSerial - 1;
  const { terms } = current;
  if (registered !== terms.counts.accepted) {
    throw new RangeError(
      `import of ${terms.lotId} registered ${registered} keys, not the ${terms.counts.accepted} it accepted`,
    );
  }
  const { lotId, poId, sku, supplierId, unitCost, lotExpiresAt, file, counts } = terms;
  const payload = { attempt, lotId, poId, sku, supplierId, unitCost, lotExpiresAt, file, counts };
  return accept(
    [...duplicatesFound(duplicates), { type: 'ImportCompleted', schemaVersion: 1, payload }],
    DONE,
  );
}

function duplicatesFound(duplicates: DuplicateKeysFound['payload'] | null): DuplicateKeysFound[] {
  return duplicates === null ? [] : [{ type: 'DuplicateKeysFound', schemaVersion: 1, payload: duplicates }];
}

function abandon(state: KeyRegistryState, attempt: string, reason: string): KeyRegistryDecision {
  const current = state.open;
  if (current === undefined || !isOpen(state, attempt)) return accept([], { kind: 'over' });
  const { lotId, poId, sku, counts } = current.terms;
  const payload = { attempt, lotId, poId, sku, accepted: counts.accepted, reason };
  return accept([{ type: 'ImportAbandoned', schemaVersion: 1, payload }], DONE);
}

function refuseImport(
  state: KeyRegistryState,
  command: Extract<KeyRegistryCommand, { kind: 'refuse' }>,
): KeyRegistryDecision {
  // What is open may hold the order line or know the keys for nothing: it must end before a file is refused for it.
  const busy = busyWith(state);
  if (busy !== undefined) return accept([], busy);
  if (state.nextRevision !== command.plannedAt) return accept([], { kind: 'plan-again' });
  const { refused, message, duplicates } = command;
  const facts: KeyRegistryEvent[] = [
    { type: 'ImportRefused', schemaVersion: 1, payload: refused },
    ...duplicatesFound(duplicates),
  ];
  return refuse<KeyRegistryEvent>(new Refusal(refused.code, message), ...facts);
}

/** Where an import's command is asked for again, the import protocol looks at the recorded events itself. */
export const keyRegistry: Decider<KeyRegistryState, KeyRegistryCommand, KeyRegistryEvent, KeyRegistryAnswer> =
  {
    category: 'keyregistry',
    initial: initialKeyRegistry,
    decide,
    evolve: evolveKeyRegistry,
    recall: () => undefined,
    snapshot: { version: 1, write: (state) => state, read: (kept) => kept as KeyRegistryState },
  };
