import type { Decider } from './decider.js';
import type { DomainEvent } from './event.js';

/** Who asks, and when: comes with every command and is written into every event it causes. */
export interface CommandContext {
  /** The command's name, as events record it. */
  readonly command: string;
  /** The caller's idempotency key, or `<pack digest>/<line>`: the same id always gets the first answer. */
  readonly commandId: string;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  /** `http`, `load`, `cli` or `process`. */
  readonly channel: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** The deciding time, RFC 3339. */
  readonly at: string;
}

/** One stream and the rules that govern it. */
export interface Target<State, Command, Event extends DomainEvent, Answer> {
  readonly decider: Decider<State, Command, Event, Answer>;
  readonly parts: readonly string[];
}

/** Where a stream stood when it was asked. */
export interface StandingAt {
  /** Of its last event; -1 for a stream that holds nothing. */
  readonly revision: number;
  /** What an answer drawn from the state depends on; opaque. */
  readonly position: number;
}

/** The position of an answer that depends on no event. */
export const START_POSITION = -1;

export interface Executed<Answer> {
  readonly answer: Answer;
  /** The engine's position that the answer needs; opaque. START_POSITION where it needs none. */
  readonly position: number;
  /** The command id was known: this is its first answer again. */
  readonly recalled: boolean;
}

export interface ExecuteOptions {
  /** False for a step inside a protocol, which is idempotent by the stream's state, not by the command's id. */
  readonly recall?: boolean;
  /**
   * May be decided on what was presumed of the stream. Only for a command that appends wherever the presumption is
   * right: its append, at the revision presumed, is the proof; without it the stream is read and decided on.
   */
  readonly onPresumption?: boolean;
}

export interface AskOptions {
  /**
   * A stream that nothing is known of may be presumed to hold nothing, without a look. For a first step that comes to
   * nothing where that is wrong; whoever refuses for what it was told looks first (`refresh`).
   */
  readonly presumeEmpty?: boolean;
}

/** What the write path is injected as. */
export const LEDGER = Symbol('Ledger');

/** The write path as the domain sees it. An answer means: durable. */
export interface Ledger {
  /** @throws Refusal once its facts, if it has any, are durable */
  execute<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
    command: Command,
    context: CommandContext,
    options?: ExecuteOptions,
  ): Promise<Executed<Answer>>;

  /** Asks a stream's durable state. The question must not keep hold of the state. */
  ask<State, Command, Event extends DomainEvent, Answer, Result>(
    target: Target<State, Command, Event, Answer>,
    question: (state: State, standing: StandingAt) => Result,
    options?: AskOptions,
  ): Promise<Result>;

  /** What the stream recorded for a command id; undefined when it knows nothing of it. */
  recall<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
    commandId: string,
  ): Promise<readonly Event[] | undefined>;

  /**
   * Lets a command ride with the stream's next append. A hint, kept in memory only: whoever calls this has another way
   * to come to the same end (the settler), and a command that finds nothing to do does nothing.
   */
  ride<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
    command: Command,
    context: CommandContext,
  ): void;

  /** Forgets what is cached of a stream: another instance may have written what the answer depends on. */
  refresh<State, Command, Event extends DomainEvent, Answer>(
    target: Target<State, Command, Event, Answer>,
  ): void;

  /** The full name of a target's stream, for what a decision saw. */
  streamOf(category: string, parts: readonly string[]): string;
}
