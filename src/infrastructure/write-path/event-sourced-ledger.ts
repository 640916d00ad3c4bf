import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DomainEvent } from '../../domain/shared/event.js';
import type { StreamName } from '../../domain/shared/identifiers.js';
import type {
  AskOptions,
  CommandContext,
  ExecuteOptions,
  Executed,
  Ledger,
  StandingAt,
  Target,
} from '../../domain/shared/ledger.js';
import { RecentStreams } from '../recent-streams.js';
import type { Standing } from './standing.js';
import { StreamMailbox, type MailboxSurroundings } from './stream-mailbox.js';
import { StreamNames } from './stream-names.js';

/**
 * How many streams of a category surely stay in memory: stocks are few and hot. Orders are many and seldom asked for
 * twice; one that is kept past two collections of young garbage costs more than reading its stream again.
 */
const STREAMS_KEPT: Readonly<Record<string, number>> = { stock: 6_144, order: 64 };
const STREAMS_KEPT_DEFAULT = 512;
/** Streams whose riders are appended together. */
const RIDERS_FLUSHED_AT_ONCE = 32;

interface AnyMailbox {
  readonly isIdle: boolean;
  flush(): Promise<void>;
  noteForeign(revision: number): void;
}

/**
 * Whether a stream may hold something. Never trusted: wrongly true costs a read, wrongly false two events more in the
 * log, a reservation and its release.
 */
export type StreamHint = (category: string, parts: readonly string[]) => boolean;

/** The write path: a mailbox for each stream in use, those not used of late forgotten. */
export class EventSourcedLedger implements Ledger {
  private readonly shelves = new Map<string, RecentStreams<AnyMailbox>>();
  /** Mailboxes in which something began to ride since `flushLeftRiders` was last asked, and since the time before. */
  private withRiders = new Set<AnyMailbox>();
  private withLeftRiders = new Set<AnyMailbox>();
  private readonly names: StreamNames;
  /** Without a hint every stream is read before anything is decided. */
  private mayHold: StreamHint = () => true;

  constructor(
    ledgerName: string,
    private readonly surroundings: MailboxSurroundings,
  ) {
    this.names = new StreamNames(ledgerName);
  }

  /** From now on streams that the hint denies may be presumed to hold nothing: for an engine whose reads are dear. */
  presumeBy(mayHold: StreamHint): void {
    this.mayHold = mayHold;
  }

  execute<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
    command: Command,
    context: CommandContext,
    options: ExecuteOptions = {},
  ): Promise<Executed<Answer>> {
    const { recall = true, onPresumption = false } = options;
    return new Promise((resolve, reject) => {
      const asked = { command, context, recall, onPresumption };
      this.mailboxOf(target).enqueue({ kind: 'command', ...asked, resolve, reject });
    });
  }

  async ask<State, Command, Event extends DomainEvent, Answer, Result>(
    target: Target<State, Command, Event, Answer>,
    question: (state: State, standing: StandingAt) => Result,
    options: AskOptions = {},
  ): Promise<Result> {
    const mailbox = this.mailboxOf(target);
    const standing = mailbox.settled() ?? this.presumed(target, mailbox, options);
    if (standing !== undefined) return question(standing.state, standing);
    return new Promise((resolve, reject) => {
      const settle = (result: unknown): void => resolve(result as Result);
      mailbox.enqueue({ kind: 'question', ask: question, resolve: settle, reject });
    });
  }

  recall<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
    commandId: string,
  ): Promise<readonly Event[] | undefined> {
    return new Promise((resolve, reject) => {
      this.mailboxOf(target).enqueue({ kind: 'recall', commandId, resolve, reject });
    });
  }

  ride<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
    command: Command,
    context: CommandContext,
  ): void {
    const mailbox = this.mailboxOf(target);
    // A rider is a hint: whoever sent it has another way to the same end, so its failure is nobody's answer.
    const ignore = (): void => undefined;
    const rider = { command, context, recall: false, onPresumption: false };
    mailbox.ride({ kind: 'command', ...rider, resolve: ignore, reject: ignore });
    this.withRiders.add(mailbox);
  }

  refresh<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
  ): void {
    this.mailboxOf(target).refresh();
  }

  streamOf(category: string, parts: readonly string[]): StreamName {
    return this.names.of(category, parts);
  }

  /** Appends everything that rides: before the process ends. */
  async flushRiders(): Promise<void> {
    const mailboxes = [...this.withRiders, ...this.withLeftRiders];
    this.withRiders.clear();
    this.withLeftRiders.clear();
    await Promise.all(mailboxes.map((mailbox) => mailbox.flush()));
  }

  /**
   * Appends what has ridden since before this was last asked, now and then while the process runs: what came later most
   * often still finds an append to ride with. A portion at a time, for nobody shall wait behind thousands.
   */
  async flushLeftRiders(): Promise<void> {
    const left = [...this.withLeftRiders];
    this.withLeftRiders = this.withRiders;
    this.withRiders = new Set();
    for (let first = 0; first < left.length; first += RIDERS_FLUSHED_AT_ONCE) {
      const portion = left.slice(first, first + RIDERS_FLUSHED_AT_ONCE);
      await Promise.all(portion.map((mailbox) => mailbox.flush()));
      await nextTurn();
    }
  }

  /** Tells that a stream was seen at a revision, perhaps written by another instance. */
  noteSeen(stream: string, revision: number): void {
    const category = /\.([^-]+)/.exec(stream)?.[1] ?? '';
    this.shelves.get(category)?.get(stream)?.noteForeign(revision);
  }

  private presumed<State, Command, Event extends DomainEvent, Answer>(
    { decider, parts }: Target<State, Command, Event, Answer>,
    mailbox: StreamMailbox<State, Command, Event, Answer>,
    { presumeEmpty = false }: AskOptions,
  ): Standing<State> | undefined {
    if (!presumeEmpty || this.mayHold(decider.category, parts)) return undefined;
    return mailbox.presumeEmpty();
  }

  private mailboxOf<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
  ): StreamMailbox<State, Command, Event, Answer> {
    const { decider, parts } = target;
    const shelf = this.shelfOf(decider.category);
    const stream = this.streamOf(decider.category, parts);
    const known = shelf.get(stream) as StreamMailbox<State, Command, Event, Answer> | undefined;
    if (known !== undefined) return known;
    const mailbox = new StreamMailbox(this.surroundings, stream, decider);
    shelf.set(stream, mailbox);
    return mailbox;
  }

  private shelfOf(category: string): RecentStreams<AnyMailbox> {
    let shelf = this.shelves.get(category);
    if (shelf === undefined) {
      // Busy ones hold what somebody waits for.
      shelf = new RecentStreams(STREAMS_KEPT[category] ?? STREAMS_KEPT_DEFAULT, ({ isIdle }) => !isIdle);
      this.shelves.set(category, shelf);
    }
    return shelf;
  }
}
