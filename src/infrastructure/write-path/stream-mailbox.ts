import type { LedgerEvent } from '../../domain/events.js';
import type { Decider } from '../../domain/shared/decider.js';
import type { DomainEvent } from '../../domain/shared/event.js';
import type { StreamName } from '../../domain/shared/identifiers.js';
import { Refusal } from '../../domain/shared/refusal.js';
import { decodeEvent } from '../event-codec/codec.js';
import {
  NO_STREAM,
  StoreUnavailable,
  WrongExpectedRevision,
  type EventStore,
} from '../event-store/event-store.js';
import { Batch, encodeDecision } from './batch.js';
import type { CommandEntry, Entry } from './entry.js';
import type { SnapshotShelf } from './snapshot-shelf.js';
import { loadStanding, type Standing } from './standing.js';

/** More waiting for one stream is refused, to be tried again: a queue without end answers nobody. */
const WAITING_MAX = 20_000;
/** How often a batch is decided anew because another instance wrote first. */
const CONFLICTS_MAX = 12;
/** Events between two snapshots of a stream that keeps any. */
const SNAPSHOT_INTERVAL_EVENTS = 2_000;

export interface MailboxSurroundings {
  readonly store: EventStore;
  readonly shelf: SnapshotShelf;
  /** The writer's clock, as RFC 3339 text. */
  readonly now: () => string;
}

/**
 * One stream's write path: what waits is decided one after another against the cached state and appended at once, at the
 * revision it was decided on. Nothing here must last: a command's answer waits for its append, and the state is a cache.
 */
export class StreamMailbox<State, Command, Event extends DomainEvent, Answer> {
  private waiting: Entry<State, Command, Event, Answer>[] = [];
  private readonly riders: CommandEntry<Command, Answer>[] = [];
  private standing: Standing<State> | undefined;
  private running: Promise<void> | undefined;
  private conflicts = 0;
  private isDoubtful = false;
  /** How far the stream was seen to have come, whoever wrote it. */
  private seenRevision = NO_STREAM;

  constructor(
    private readonly surroundings: MailboxSurroundings,
    private readonly stream: StreamName,
    private readonly decider: Decider<State, Command, Event, Answer>,
  ) {}

  get isIdle(): boolean {
    return this.running === undefined && this.riders.length === 0;
  }

  enqueue(entry: Entry<State, Command, Event, Answer>): void {
    if (this.waiting.length >= WAITING_MAX) {
      entry.reject(
        new StoreUnavailable(`${WAITING_MAX} commands wait for ${this.stream}; try again in a moment`),
      );
      return;
    }
    this.waiting.push(entry);
    this.running ??= this.run();
  }

  /** Joins the next append, or the next flush. */
  ride(entry: CommandEntry<Command, Answer>): void {
    this.riders.push(entry);
  }

  /** Appends what rides although nothing else is asked of the stream. */
  async flush(): Promise<void> {
    if (this.riders.length > 0) this.running ??= this.run();
    await this.running;
  }

  /** The stream was seen at a revision: what is cached from before it is old, and is read anew before the next turn. */
  noteForeign(revision: number): void {
    this.seenRevision = Math.max(this.seenRevision, revision);
  }

  /** Reads the stream anew before the next turn. */
  refresh(): void {
    this.isDoubtful = true;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0 || this.riders.length > 0) {
      const taken: Entry<State, Command, Event, Answer>[] = [];
      try {
        await this.turn(taken);
      } catch (error) {
        this.standing = undefined;
        for (const entry of taken) entry.reject(error);
      }
    }
    this.running = undefined;
  }

  private isOutdated(): boolean {
    return this.standing !== undefined && this.standing.revision < this.seenRevision;
  }

  /** Decides and appends one batch. What it took from the queue is in `taken`, for whoever must be told of a failure. */
  private async turn(taken: Entry<State, Command, Event, Answer>[]): Promise<void> {
    this.waiting.unshift(...this.riders.splice(0));
    const { store, shelf } = this.surroundings;
    let standing: Standing<State>;
    if (this.isDoubtful || this.isOutdated()) this.standing = undefined;
    this.isDoubtful = false;
    try {
      standing = this.standing ??= await loadStanding(store, shelf, this.stream, this.decider);
    } catch (error) {
      taken.push(...this.waiting.splice(0));
      throw error;
    }
    const batch = new Batch(standing.position);
    const revisionBefore = standing.revision;
    await this.decideWaiting(standing, batch, taken);
    if (batch.events.length > 0 && !(await this.append(standing, revisionBefore, batch, taken))) return;
    this.conflicts = 0;
    batch.settle(standing.position);
    if (batch.events.length > 0) this.keepSnapshot(standing, batch);
  }

  private async decideWaiting(
    standing: Standing<State>,
    batch: Batch,
    taken: Entry<State, Command, Event, Answer>[],
  ): Promise<void> {
    while (!batch.isFull) {
      const entry = this.waiting.shift();
      if (entry === undefined) return;
      // Counted as taken before it is tried: whatever fails is then told to it too.
      taken.push(entry);
      if (await this.take(entry, standing, batch)) continue;
      taken.pop();
      this.waiting.unshift(entry);
      return;
    }
  }

  /** @returns false when the entry must wait for this batch to be durable */
  private async take(
    entry: Entry<State, Command, Event, Answer>,
    standing: Standing<State>,
    batch: Batch,
  ): Promise<boolean> {
    switch (entry.kind) {
      case 'question': {
        this.answerQuestion(entry, standing, batch);
        return true;
      }
      case 'recall':
        if (batch.holds(entry.commandId)) return false;
        entry.resolve(await this.eventsOf(entry.commandId, standing));
        return true;
      case 'command':
        if (entry.recall) {
          if (batch.holds(entry.context.commandId)) return false;
          if (await this.recalled(entry, standing)) return true;
        }
        return this.decide(entry, standing, batch);
    }
  }

  private answerQuestion(
    entry: Extract<Entry<State, Command, Event, Answer>, { kind: 'question' }>,
    standing: Standing<State>,
    batch: Batch,
  ): void {
    try {
      const result = entry.ask(standing.state, standing);
      batch.whenDurable(() => entry.resolve(result));
    } catch (error) {
      entry.reject(error);
    }
  }

  /** Answers a command id that the stream knows with its first answer. */
  private async recalled(entry: CommandEntry<Command, Answer>, standing: Standing<State>): Promise<boolean> {
    const events = await this.eventsOf(entry.context.commandId, standing);
    const answer = events === undefined ? undefined : this.decider.recall(events);
    if (answer === undefined) return false;
    if (answer instanceof Refusal) entry.reject(answer);
    else entry.resolve({ answer, position: standing.position, recalled: true });
    return true;
  }

  private async eventsOf(commandId: string, standing: Standing<State>): Promise<Event[] | undefined> {
    const fromRevision = standing.memory.revisionOf(commandId);
    if (fromRevision === undefined) return undefined;
    const events: Event[] = [];
    for await (const batch of this.surroundings.store.readStream(this.stream, { fromRevision, limit: 64 })) {
      for (const stored of batch) {
        const { event, context } = decodeEvent(stored);
        if (context.commandId !== commandId) return events;
        events.push(event as LedgerEvent & Event);
      }
    }
    return events;
  }

  private decide(entry: CommandEntry<Command, Answer>, standing: Standing<State>, batch: Batch): boolean {
    const { context } = entry;
    let decision;
    try {
      decision = this.decider.decide(standing.state, entry.command);
    } catch (error) {
      entry.reject(error);
      return true;
    }
    const events = encodeDecision(decision, context, this.surroundings.now());
    if (!batch.hasRoomFor(events)) return false;
    if (events.length > 0) standing.memory.note(context.commandId, standing.revision + 1);
    for (const event of decision.events) standing.state = this.decider.evolve(standing.state, event);
    standing.revision += events.length;
    standing.sinceSnapshot += events.length;
    batch.add(events, context.commandId);
    batch.whenDurable((position) => {
      if (decision.kind === 'refused') entry.reject(decision.refusal);
      else entry.resolve({ answer: decision.answer, position, recalled: false });
    });
    return true;
  }

  /** @returns false when the batch goes back into the queue to be decided anew */
  private async append(
    standing: Standing<State>,
    expected: number,
    batch: Batch,
    taken: Entry<State, Command, Event, Answer>[],
  ): Promise<boolean> {
    try {
      const appended = await this.surroundings.store.append(this.stream, expected, batch.events);
      standing.position = appended.position;
      return true;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      this.standing = undefined;
      this.conflicts += 1;
      if (this.conflicts > CONFLICTS_MAX) {
        this.conflicts = 0;
        throw new StoreUnavailable(
          `other instances kept writing to ${this.stream}; try again in a moment`,
          error,
        );
      }
      this.waiting.unshift(...taken.splice(0));
      return false;
    }
  }

  private keepSnapshot(standing: Standing<State>, batch: Batch): void {
    const { snapshot } = this.decider;
    if (snapshot === undefined || standing.sinceSnapshot < SNAPSHOT_INTERVAL_EVENTS) return;
    standing.sinceSnapshot = 0;
    this.surroundings.shelf.keep(this.stream, snapshot.version, {
      revision: standing.revision,
      eventId: (batch.events.at(-1) as { eventId: string }).eventId,
      state: snapshot.write(standing.state),
      commands: standing.memory.write(),
    });
  }
}
