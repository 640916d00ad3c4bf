/** What goes wrong with one append. `before`: it does not take effect; `after`: it does. */
export type AppendFault =
  | 'none'
  | 'silent before'
  | 'silent after'
  | 'late'
  | 'twice'
  | 'structured id'
  | 'end before'
  | 'end after'
  | 'cut before'
  | 'cut after'
  | 'timeout before'
  | 'timeout after'
  | 'not ready'
  | 'access denied'
  | 'wrong expected version'
  | 'no position'
  | 'maximum event size';

/** What goes wrong with one read or subscription, after so many of its messages. */
export interface ReadFault {
  readonly kind: 'none' | 'silent' | 'end' | 'unavailable' | 'cut' | 'caughtUp again and again';
  readonly afterMessages?: number;
}

/** Hands out scripted faults in order; a standing one, if there is any, when the script is over. */
export class Script<Fault> {
  private readonly queue: Fault[] = [];

  constructor(private standing: Fault) {}

  next(...faults: readonly Fault[]): void {
    this.queue.push(...faults);
  }

  /** Forgets the rest of the script. */
  clear(): void {
    this.queue.length = 0;
  }

  always(fault: Fault): void {
    this.standing = fault;
  }

  take(): Fault {
    return this.queue.shift() ?? this.standing;
  }
}
