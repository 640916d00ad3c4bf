import type { LedgerEvent } from '../../domain/events.js';
import type { Decider } from '../../domain/shared/decider.js';
import type { DomainEvent } from '../../domain/shared/event.js';
import type { StreamName } from '../../domain/shared/identifiers.js';
import { decodeEvent } from '../event-codec/codec.js';
import { NO_STREAM, START, type EventStore, type Position } from '../event-store/event-store.js';
import { CommandMemory } from './command-memory.js';
import type { SnapshotShelf } from './snapshot-shelf.js';

/** Where a stream stands, as this process knows it: a cache of the stream, dropped on any doubt. */
export interface Standing<State> {
  state: State;
  /** Of the stream's last event; -1 for none. */
  revision: number;
  /** Of the last event that was read or appended; what an answer without events still depends on. */
  position: Position;
  readonly memory: CommandMemory;
  /** Events folded since the last snapshot was read or written. */
  sinceSnapshot: number;
}

/** Rebuilds a stream's standing from its snapshot, where there is a usable one, and the events after it. */
export async function loadStanding<State, Command, Event extends DomainEvent, Answer>(
  store: EventStore,
  shelf: SnapshotShelf,
  stream: StreamName,
  decider: Decider<State, Command, Event, Answer>,
): Promise<Standing<State>> {
  const standing = (await fromSnapshot(store, shelf, stream, decider)) ?? emptyStanding(decider.initial());
  let previousCommand: string | undefined;
  for await (const batch of store.readStream(stream, { fromRevision: standing.revision + 1 })) {
    for (const stored of batch) {
      const { event, context } = decodeEvent(stored);
      standing.state = decider.evolve(standing.state, event as LedgerEvent & Event);
      standing.revision = stored.revision;
      standing.position = stored.position;
      standing.sinceSnapshot += 1;
      if (context.commandId !== previousCommand) standing.memory.note(context.commandId, stored.revision);
      previousCommand = context.commandId;
    }
  }
  return standing;
}

/** Of a stream that holds nothing. */
export function emptyStanding<State>(state: State): Standing<State> {
  return { state, revision: NO_STREAM, position: START, memory: new CommandMemory(), sinceSnapshot: 0 };
}

/** A snapshot counts only where the stream holds the very event at which it was taken. */
async function fromSnapshot<State, Command, Event extends DomainEvent, Answer>(
  store: EventStore,
  shelf: SnapshotShelf,
  stream: StreamName,
  decider: Decider<State, Command, Event, Answer>,
): Promise<Standing<State> | undefined> {
  const { snapshot } = decider;
  const kept = snapshot === undefined ? undefined : shelf.take(stream, snapshot.version);
  if (snapshot === undefined || kept === undefined) return undefined;
  for await (const [event] of store.readStream(stream, { fromRevision: kept.revision, limit: 1 })) {
    if (event?.eventId !== kept.eventId) continue;
    return {
      state: snapshot.read(kept.state),
      revision: kept.revision,
      position: event.position,
      memory: new CommandMemory(kept.commands),
      sinceSnapshot: 0,
    };
  }
  shelf.discard(stream);
  return undefined;
}
