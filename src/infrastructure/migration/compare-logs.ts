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
 * @param onEqual told of every event that is the same, as the source holds it; may throw to stop
 * @throws TargetHoldsOther at the first event that the source does not hold at that place
 */
export async function compareLogs(
  stores: ComparedStores,
  onEqual: (event: StoredEvent, equalEvents: number) => void,
): Promise<ComparedLogs> {
  const sourceEvents = new EventCursor(stores.source.readAll(START));
  const targetEvents = new EventCursor(stores.target.readAll(START));
  const comparison = new Comparison(stores.source);
  try {
    let expected = await sourceEvents.next();
    for (let held = await targetEvents.next(); held !== undefined; held = await targetEvents.next()) {
      if (!(await comparison.isNext(held, expected))) continue;
      onEqual(expected as StoredEvent, comparison.equalEvents);
      expected = await sourceEvents.next();
    }
    return comparison.result(expected === undefined);
  } finally {
    await sourceEvents.close();
    await targetEvents.close();
  }
}

class Comparison {
  equalEvents = 0;
  private equalInSequence = 0;
  private sourcePosition = START;
  private readonly destroyedSince = new Set<StreamName>();

  constructor(private readonly source: EventStore) {}

  /**
   * Whether the target's event is the source's next one; false for one that the source has destroyed since.
   * @throws TargetHoldsOther
   */
  async isNext(held: StoredEvent, expected: StoredEvent | undefined): Promise<boolean> {
    if (expected !== undefined && areSame(expected, held)) {
      this.equalEvents += 1;
      if (isInSequence(held.stream)) this.equalInSequence += 1;
      this.sourcePosition = expected.position;
      return true;
    }
    // Before the first event of the sequence nothing says that the target is a copy of this very ledger.
    const isCopy = this.equalInSequence > 0;
    if (!isCopy || !(await wasDestroyed(this.source, held))) {
      throw new TargetHoldsOther(held, this.equalEvents);
    }
    this.destroyedSince.add(held.stream as StreamName);
    return false;
  }

  result(sourceEnded: boolean): ComparedLogs {
    const { equalEvents, equalInSequence, sourcePosition, destroyedSince } = this;
    return { equalEvents, equalInSequence, sourcePosition, sourceEnded, destroyedSince: [...destroyedSince] };
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
async function wasDestroyed(
  source: EventStore,
  { stream, revision, eventId }: StoredEvent,
): Promise<boolean> {
  if (isInSequence(stream)) return false;
  const range = { fromRevision: revision, limit: 1 };
  for await (const [event] of source.readStream(stream as StreamName, range))
    return event?.eventId !== eventId;
  return true;
}
