import type { Decider, Decision } from '../../src/domain/shared/decider.js';
import type { DomainEvent } from '../../src/domain/shared/event.js';
import { Refusal, type RefusalCode } from '../../src/domain/shared/refusal.js';

/** Makes a value and all it holds unchangeable, so that whoever changes an event in passing is found out. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/** The state that events come to. */
export function fold<State, Command, Event extends DomainEvent, Answer>(
  decider: Decider<State, Command, Event, Answer>,
  events: readonly Event[],
): State {
  return events.reduce((state, event) => decider.evolve(state, deepFreeze(event)), decider.initial());
}

/** Decides, and holds the decision to its promise not to change the state. */
export function decideWithoutTrace<State, Command, Event extends DomainEvent, Answer>(
  decider: Decider<State, Command, Event, Answer>,
  state: State,
  command: Command,
): Decision<Event, Answer> {
  const before = structuredClone(state);
  const decision = decider.decide(state, command);
  expect(state).toEqual(before);
  return decision;
}

/** What a command came to, in the words of a test. */
export class Outcome<Event extends DomainEvent, Answer> {
  constructor(readonly decision: Decision<Event, Answer>) {}

  /** The events of a command that was accepted. */
  get events(): readonly Event[] {
    if (this.decision.kind === 'refused') throw this.decision.refusal;
    return this.decision.events;
  }

  get answer(): Answer {
    if (this.decision.kind === 'refused') throw this.decision.refusal;
    return this.decision.answer;
  }

  /** Accepted, with just these events. */
  records(...events: readonly Event[]): this {
    expect(this.events).toEqual(events);
    return this;
  }

  /** Accepted, and nothing to record: it is done already, or there is nothing to do. */
  changesNothing(): this {
    return this.records();
  }

  answers(answer: Answer): this {
    expect(this.answer).toEqual(answer);
    return this;
  }

  /** Refused with the code, recording just these facts; where the type says enough, that will do. */
  isRefused(code: RefusalCode, ...facts: readonly (Event | Event['type'])[]): Refusal {
    const { decision } = this;
    if (decision.kind === 'accepted') throw new Error(`accepted: ${JSON.stringify(decision.events)}`);
    expect(decision.refusal).toBeInstanceOf(Refusal);
    expect(decision.refusal.code).toBe(code);
    expect(
      decision.events.map((event, index) => (typeof facts[index] === 'string' ? event.type : event)),
    ).toEqual(facts);
    return decision.refusal;
  }
}

/** Given what happened, when something is asked, then see the `Outcome`. */
export function given<State, Command, Event extends DomainEvent, Answer>(
  decider: Decider<State, Command, Event, Answer>,
  ...events: readonly Event[]
): { readonly state: State; when(command: Command): Outcome<Event, Answer> } {
  const state = fold(decider, events);
  return {
    state,
    when: (command) => new Outcome(decideWithoutTrace(decider, state, command)),
  };
}

/** A stream under test that grows by what is decided. */
export class Story<State, Command, Event extends DomainEvent, Answer> {
  readonly events: Event[] = [];
  state: State;

  constructor(private readonly decider: Decider<State, Command, Event, Answer>) {
    this.state = decider.initial();
  }

  /** Decides, and records whatever comes of it, a refusal's facts included. */
  tell(command: Command): Decision<Event, Answer> {
    const decision = this.decider.decide(this.state, command);
    for (const event of decision.events) {
      this.events.push(event);
      this.state = this.decider.evolve(this.state, deepFreeze(event));
    }
    return decision;
  }
}
