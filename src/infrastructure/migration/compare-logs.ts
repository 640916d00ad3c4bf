import { isInSequence, type StreamName } from '../../domain/shared/identifiers.js';
import { START, type EventStore, type Position, type StoredEvent } from '../event-store/event-store.js';
import { TargetHoldsOther } from './errors.js';
import { EventCursor } from './event-cursor.js';

export interface ComparedLogs {
  /** Events that both hold, in the same order. */
  readonly equalEvents: number;
  /** Of those, the ones of the ledger's sequence. */
  readonly equalInSequence: number;
  /** The source's position of the last of them; START where there is none. */
  readonly sourcePosition: Position;
  /** Whether the source holds nothing beyond them. */
  readonly sourceEnded: boolean;
  /** Aside streams that the target holds and the source has destroyed since they were copied. */
  readonly destroyedSince: readonly StreamName[];
}

export interface ComparedStores {
  readonly source: EventStore;
  readonly target: EventStore;
}

/**
 * Reads both logs side by side, to the target's end. Events are the same where all of them is: stream, revision, id,
 * type and the bytes of data and metadata; positions are each engine's own.
 * @param onEvent told of every event that is the same, as the source holds it; may throw to stop
 * @throws TargetHoldsOther at the first event that the source does not hold at that place
 */
export async function compareLogs(
  { source, target }: ComparedStores,
  onEvent: (event: StoredEvent, equalEvents: number) => void,
): Promise<ComparedLogs> {
  const sourceEvents = new EventCursor(source.readAll(START));
  const targetEvents = new EventCursor(target.readAll(START));
  const destroyedSince = new Set<StreamName>();
  let [equalEvents, equalInSequence, sourcePosition] = [0, 0, START];
  try {
    let expected = await sourceEvents.next();
    for (let held = await targetEvents.next(); held !== undefined; held = await targetEvents.next()) {
      if (expected !== undefined && areSame(expected, held)) {
        equalEvents += 1;
        if (isInSequence(held.stream)) equalInSequence += 1;
        sourcePosition = expected.position;
        onEvent(expected, equalEvents);
        expected = await sourceEvents.next();
        continue;
      }
      // Before the first event of the sequence nothing says that the target is a copy of this very ledger.
      const isCopy = equalInSequence > 0;
      if (!isCopy || !(await wasDestroyed(source, held))) throw new TargetHoldsOther(held, equalEvents);
      destroyedSince.add(held.stream as StreamName);
    }
    const sourceEnded = expected === undefined;
    return { equalEvents, equalInSequence, sourcePosition, sourceEnded, destroyedSince: [...destroyedSince] };
  } finally {
    await sourceEvents.close();
    await targetEvents.close();
  }
}

function areSame(a: StoredEvent, b: StoredEvent): boolean {
  return (
    a.eventId === b.eventId &&
    a.stream === b.stream &&
    a.revision === b.revision &&
    a.type === b.type &&
    a.data === b.data &&
    a.metadata === b.metadata
  );
}

/** Whether the source no longer holds an aside event, which it can have held once. */
async function wasDestroyed(source: EventStore, { stream, revision, eventId }: StoredEvent): Promise<boolean> {
  if (isInSequence(stream)) return false;
  const range = { fromRevision: revision, limit: 1 };
  for await (const [event] of source.readStream(stream as StreamName, range)) return event?.eventId !== eventId;
  return true;
}
