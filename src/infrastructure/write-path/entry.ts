import type { DomainEvent } from '../../domain/shared/event.js';
import type { CommandContext, Executed, StandingAt } from '../../domain/shared/ledger.js';

/** Something that waits for a stream's turn. */
export type Entry<State, Command, Event extends DomainEvent, Answer> =
  CommandEntry<Command, Answer> | QuestionEntry<State> | RecallEntry<Event>;

interface Waiting {
  reject(reason: unknown): void;
}

export interface CommandEntry<Command, Answer> extends Waiting {
  readonly kind: 'command';
  readonly command: Command;
  readonly context: CommandContext;
  readonly recall: boolean;
  /** May be decided on a presumption. */
  readonly onPresumption: boolean;
  resolve(executed: Executed<Answer>): void;
}

export interface QuestionEntry<State> extends Waiting {
  readonly kind: 'question';
  readonly ask: (state: State, standing: StandingAt) => unknown;
  resolve(result: unknown): void;
}

export interface RecallEntry<Event extends DomainEvent> extends Waiting {
  readonly kind: 'recall';
  readonly commandId: string;
  resolve(events: readonly Event[] | undefined): void;
}
