import type { DomainEvent } from './event.js';
import type { Refusal } from './refusal.js';

/** What a command comes to: events to append with the answer, or a refusal, perhaps with a fact to record. */
export type Decision<Event extends DomainEvent, Answer> =
  | { readonly kind: 'accepted'; readonly events: readonly Event[]; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly events: readonly Event[] };

/**
 * One aggregate's rules. No clock, no randomness, no I/O: time and ids arrive with the command.
 *
 * `evolve` may change the state it is given and return it: a state belongs to the one fold that owns it, which never
 * uses the old one again. `decide` never changes its state.
 */
export interface Decider<State, Command, Event extends DomainEvent, Answer> {
  /** The category of its streams. */
  readonly category: string;
  initial(): State;
  decide(state: State, command: Command): Decision<Event, Answer>;
  evolve(state: State, event: Event): State;
  /**
   * The answer (or refusal) that a command was given when it caused these events: what a repeated command id gets.
   * Undefined where they do not settle it and the command is decided again (a reservation that may be gone since).
   */
  recall(events: readonly Event[]): Answer | Refusal | undefined;
  /** Only where streams grow long: how a state is kept as JSON. A change of shape raises the version. */
  readonly snapshot?: Snapshot<State>;
}

export interface Snapshot<State> {
  readonly version: number;
  write(state: State): unknown;
  read(kept: unknown): State;
}

export function accept<Event extends DomainEvent, Answer>(
  events: readonly Event[],
  answer: Answer,
): Decision<Event, Answer> {
  return { kind: 'accepted', events, answer };
}

export function refuse<Event extends DomainEvent>(
  refusal: Refusal,
  ...events: readonly Event[]
): Decision<Event, never> {
  return { kind: 'refused', refusal, events };
}

/** The answer of a command that has nothing to tell but that it is done. */
export interface Done {
  readonly kind: 'done';
}

export const DONE: Done = { kind: 'done' };
