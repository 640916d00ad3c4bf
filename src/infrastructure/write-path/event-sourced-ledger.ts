import type { DomainEvent } from '../../domain/shared/event.js';
import { streamName, type StreamName } from '../../domain/shared/identifiers.js';
import type {
  CommandContext,
  ExecuteOptions,
  Executed,
  Ledger,
  StandingAt,
  Target,
} from '../../domain/shared/ledger.js';
import { StreamMailbox, type MailboxSurroundings } from './stream-mailbox.js';

/** How many streams of a category stay in memory: stocks are few and hot, orders many and seldom asked for twice. */
const CACHED_STREAMS_MAX: Readonly<Record<string, number>> = { stock: 8_192 };
const CACHED_STREAMS_DEFAULT_MAX = 2_048;

interface AnyMailbox {
  readonly isIdle: boolean;
  flush(): Promise<void>;
  noteForeign(revision: number): void;
}

/** The write path: a mailbox for each stream in use, the least recently used forgotten first. */
export class EventSourcedLedger implements Ledger {
  private readonly shelves = new Map<string, Map<string, AnyMailbox>>();
  private readonly withRiders = new Set<AnyMailbox>();

  constructor(
    private readonly ledgerName: string,
    private readonly surroundings: MailboxSurroundings,
  ) {}

  execute<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
    command: Command,
    context: CommandContext,
    options: ExecuteOptions = {},
  ): Promise<Executed<Answer>> {
    const recall = options.recall ?? true;
    return new Promise((resolve, reject) => {
      this.mailboxOf(target).enqueue({ kind: 'command', command, context, recall, resolve, reject });
    });
  }

  ask<State, Command, Event extends DomainEvent, Answer, Result>(
    target: Target<State, Command, Event, Answer>,
    question: (state: State, standing: StandingAt) => Result,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (result: unknown): void => resolve(result as Result);
      this.mailboxOf(target).enqueue({ kind: 'question', ask: question, resolve: settle, reject });
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
    mailbox.ride({ kind: 'command', command, context, recall: false, resolve: ignore, reject: ignore });
    this.withRiders.add(mailbox);
  }

  refresh<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
  ): void {
    this.mailboxOf(target).refresh();
  }

  streamOf(category: string, parts: readonly string[]): StreamName {
    return streamName(this.ledgerName, category, ...parts);
  }

  /** Appends everything that rides: before the process ends, and now and then while it runs. */
  async flushRiders(): Promise<void> {
    const mailboxes = [...this.withRiders];
    this.withRiders.clear();
    await Promise.all(mailboxes.map((mailbox) => mailbox.flush()));
  }

  /** Tells that a stream was seen at a revision, perhaps written by another instance. */
  noteSeen(stream: string, revision: number): void {
    const category = /\.([^-]+)/.exec(stream)?.[1] ?? '';
    this.shelves.get(category)?.get(stream)?.noteForeign(revision);
  }

  private mailboxOf<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
  ): StreamMailbox<State, Command, Event, Answer> {
    const { decider, parts } = target;
    const shelf = this.shelfOf(decider.category);
    const stream = this.streamOf(decider.category, parts);
    const known = shelf.get(stream) as StreamMailbox<State, Command, Event, Answer> | undefined;
    if (known !== undefined) {
      shelf.delete(stream);
      shelf.set(stream, known);
      return known;
    }
    const mailbox = new StreamMailbox(this.surroundings, stream, decider);
    shelf.set(stream, mailbox);
    forgetIdle(shelf, CACHED_STREAMS_MAX[decider.category] ?? CACHED_STREAMS_DEFAULT_MAX);
    return mailbox;
  }

  private shelfOf(category: string): Map<string, AnyMailbox> {
    let shelf = this.shelves.get(category);
    if (shelf === undefined) this.shelves.set(category, (shelf = new Map<string, AnyMailbox>()));
    return shelf;
  }
}

/** Busy mailboxes are passed over: they hold what somebody waits for. */
function forgetIdle(shelf: Map<string, AnyMailbox>, most: number): void {
  if (shelf.size <= most) return;
  for (const [stream, mailbox] of shelf) {
    if (shelf.size <= most) return;
    if (mailbox.isIdle) shelf.delete(stream);
  }
}
