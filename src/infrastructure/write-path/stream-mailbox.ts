import type { Decider } from '../../domain/shared/decider.js';
import type { DomainEvent } from '../../domain/shared/event.js';
import type { StreamName } from '../../domain/shared/identifiers.js';
import { Refusal } from '../../domain/shared/refusal.js';
import {
  NO_STREAM,
  StoreUnavailable,
  WrongExpectedRevision,
  type EventStore,
} from '../event-store/event-store.js';
import { Batch, encodeDecision } from './batch.js';
import type { CommandEntry, Entry, RecallEntry } from './entry.js';
import { eventsOfCommand } from './events-of-command.js';
import type { SnapshotShelf } from './snapshot-shelf.js';
import { emptyStanding, loadStanding, type Standing } from './standing.js';

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
  /** Somebody was told that the stream holds nothing, though nobody looked. */
  private isPresumedEmpty = false;
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

  /** Where the stream stands, if that is known and durable: nothing is under way and nothing in doubt. */
  settled(): Standing<State> | undefined {
    if (this.running !== undefined || this.isDoubtful || this.isOutdated()) return undefined;
    return this.standing;
  }

  /** As `settled`, of a stream of which nothing is known: it is taken to hold nothing. */
  presumeEmpty(): Standing<State> | undefined {
    if (this.running !== undefined || this.isDoubtful || this.seenRevision > NO_STREAM) return undefined;
    this.isPresumedEmpty = this.standing === undefined;
    return this.isPresumedEmpty ? emptyStanding(this.decider.initial()) : undefined;
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
    this.isPresumedEmpty = false;
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
    if (this.riders.length > 0) this.waiting.unshift(...this.riders.splice(0));
    const presumed = this.presumedStanding();
    this.dropDoubtful();
    const standing = (this.standing ??= presumed ?? (await this.load(taken)));
    const batch = new Batch(standing.position);
    const revisionBefore = standing.revision;
    // On a presumption one command is decided alone: nobody else is told what its append has yet to prove.
    await this.decideWaiting({ standing, batch, most: presumed === undefined ? Infinity : 1 }, taken);
    if (presumed !== undefined && batch.events.length === 0) return this.putBack(taken);
    if (batch.events.length > 0 && !(await this.append(standing, revisionBefore, batch, taken))) return;
    this.conflicts = 0;
    batch.settle(standing.position);
    if (batch.events.length > 0) this.keepSnapshot(standing, batch);
  }

  /** What the next in the queue may be decided on, where nobody has looked yet. */
  private presumedStanding(): Standing<State> | undefined {
    const [next] = this.waiting;
    if (!this.isPresumedEmpty || this.isDoubtful || this.standing !== undefined) return undefined;
    if (next?.kind !== 'command' || !next.onPresumption) return undefined;
    return emptyStanding(this.decider.initial());
  }

  private dropDoubtful(): void {
    if (this.isDoubtful || this.isOutdated()) this.standing = undefined;
    this.isDoubtful = false;
    this.isPresumedEmpty = false;
  }

  private async load(taken: Entry<State, Command, Event, Answer>[]): Promise<Standing<State>> {
    const { store, shelf } = this.surroundings;
    try {
      return await loadStanding(store, shelf, this.stream, this.decider);
    } catch (error) {
      taken.push(...this.waiting.splice(0));
      throw error;
    }
  }

  /** What was taken is decided anew, on the stream as it is. */
  private putBack(taken: Entry<State, Command, Event, Answer>[]): void {
    this.standing = undefined;
    this.waiting.unshift(...taken.splice(0));
  }

  private async decideWaiting(
    { standing, batch, most }: { standing: Standing<State>; batch: Batch; most: number },
    taken: Entry<State, Command, Event, Answer>[],
  ): Promise<void> {
    while (!batch.isFull && taken.length < most) {
      const entry = this.waiting.shift();
      if (entry === undefined) return;
      // Counted as taken before it is tried: whatever fails is then told to it too.
      taken.push(entry);
      const done = this.take(entry, standing, batch);
      // Nearly all are at once, and a promise for each would cost as much as they do.
      if (done === true || (done !== false && (await done))) continue;
      taken.pop();
      this.waiting.unshift(entry);
      return;
    }
  }

  /** @returns false when the entry must wait for this batch to be durable */
  private take(
    entry: Entry<State, Command, Event, Answer>,
    standing: Standing<State>,
    batch: Batch,
  ): boolean | Promise<boolean> {
    switch (entry.kind) {
      case 'question': {
        this.answerQuestion(entry, standing, batch);
        return true;
      }
      case 'recall':
        return !batch.holds(entry.commandId) && this.recall(entry, standing);
      case 'command': {
        const { commandId } = entry.context;
        if (!entry.recall) return this.decide(entry, standing, batch);
        if (batch.holds(commandId)) return false;
        const fromRevision = standing.memory.revisionOf(commandId);
        if (fromRevision === undefined) return this.decide(entry, standing, batch);
        return this.recallOrDecide(entry, fromRevision, standing, batch);
      }
    }
  }

  private async recall(entry: RecallEntry<Event>, { memory }: Standing<State>): Promise<true> {
    const { commandId } = entry;
    const fromRevision = memory.revisionOf(commandId);
    entry.resolve(fromRevision === undefined ? undefined : await this.eventsOf(commandId, fromRevision));
    return true;
  }

  /** Answers a command id that the stream knows with its first answer. */
  private async recallOrDecide(
    entry: CommandEntry<Command, Answer>,
    fromRevision: number,
    standing: Standing<State>,
    batch: Batch,
  ): Promise<boolean> {
    const events = await this.eventsOf(entry.context.commandId, fromRevision);
    const answer = events === undefined ? undefined : this.decider.recall(events);
    if (answer === undefined) return this.decide(entry, standing, batch);
    if (answer instanceof Refusal) entry.reject(answer);
    else entry.resolve({ answer, position: standing.position, recalled: true });
    return true;
  }

  private eventsOf(commandId: string, fromRevision: number): Promise<Event[] | undefined> {
    return eventsOfCommand(this.surroundings.store, this.stream, { commandId, fromRevision });
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
    if (!batch.add(events, context.commandId)) return false;
    if (events.length > 0) standing.memory.note(context.commandId, standing.revision + 1);
    for (const event of decision.events) standing.state = this.decider.evolve(standing.state, event);
    standing.revision += events.length;
    standing.sinceSnapshot += events.length;
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
      this.conflicts += 1;
      if (this.conflicts > CONFLICTS_MAX) {
        this.conflicts = 0;
        throw new StoreUnavailable(
          `other instances kept writing to ${this.stream}; try again in a moment`,
          error,
        );
      }
      this.putBack(taken);
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
