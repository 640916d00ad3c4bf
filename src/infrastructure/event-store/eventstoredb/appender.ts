import {
  AppendTooLarge,
  StoreUnavailable,
  WrongExpectedRevision,
  type Appended,
  type StoredEvent,
} from '../event-store.js';
import type { AppendAnswer, RequestedAppend } from './append-messages.js';
import type { AppendLane } from './append-lane.js';
import { backoffMs, type Pause } from './pacing.js';

const BACKOFF_FIRST_MS = 50;
const BACKOFF_MOST_MS = 2_000;

export interface AppenderOptions {
  readonly lane: AppendLane;
  readonly attempts: number;
  readonly pause: Pause;
  /** The events that the server keeps under a name, from a revision on, at most so many. */
  readonly readKept: (kept: string, fromRevision: number, limit: number) => Promise<readonly StoredEvent[]>;
}

/** What the append was meant for had been ended for ever. */
export class StreamDestroyed extends StoreUnavailable {
  constructor({ stream }: RequestedAppend) {
    super(`${stream} was destroyed outside this service; restore it from a backup`);
  }
}

/**
 * Turns attempts into answers. An attempt of unknown outcome may have been written, or may be yet, so nothing but the
 * same events at the same revision may follow it: the server answers those as the first time if they are there.
 */
export class Appender {
  constructor(private readonly options: AppenderOptions) {}

  /** @throws WrongExpectedRevision, AppendTooLarge, StoreUnavailable, StreamDestroyed */
  async append(append: RequestedAppend): Promise<Appended> {
    let doubt: unknown;
    for (let attempt = 1; attempt <= this.options.attempts; attempt++) {
      const answer = await this.options.lane.attempt(append);
      if (answer.kind !== 'unknown') return this.conclude(append, answer, doubt);
      doubt = answer.cause;
      if (attempt < this.options.attempts) {
        await this.options.pause(backoffMs(attempt, BACKOFF_FIRST_MS, BACKOFF_MOST_MS));
      }
    }
    throw outcomeUnknown(append, doubt);
  }

  /** `doubt`: why the outcome of an earlier attempt is unknown, if there was one. */
  private async conclude(
    append: RequestedAppend,
    answer: Exclude<AppendAnswer, { kind: 'unknown' }>,
    doubt: unknown,
  ): Promise<Appended> {
    switch (answer.kind) {
      case 'appended':
        return this.confirm(append, answer);
      case 'refused': {
        const written = doubt === undefined ? undefined : await this.findWritten(append);
        if (written !== undefined) return written;
        throw new WrongExpectedRevision(append.stream, append.expected, answer.actual);
      }
      case 'destroyed':
        throw new StreamDestroyed(append);
      case 'tooLarge':
        throw new AppendTooLarge(append.stream, sizeBytes(append), append.events.length);
      case 'denied':
        if (doubt !== undefined) throw outcomeUnknown(append, doubt);
        throw new StoreUnavailable(
          `EventStoreDB refuses to write ${append.stream} with these credentials; check them`,
        );
    }
  }

  private async confirm(
    append: RequestedAppend,
    answer: { revision: number; position: number | undefined },
  ): Promise<Appended> {
    const revision = append.expected + append.events.length;
    if (answer.revision !== revision) {
      throw new StoreUnavailable(
        `${append.stream} was written at revision ${answer.revision} instead of ${revision}: it was deleted or truncated ` +
          'outside this service; restore it from a backup',
      );
    }
    if (answer.position !== undefined) return { revision, position: answer.position };
    const written = await this.findWritten(append);
    if (written === undefined) throw outcomeUnknown(append, new Error('the answer held no position'));
    return written;
  }

  /** Where the stream holds exactly these events after the expected revision. */
  private async findWritten(append: RequestedAppend): Promise<Appended | undefined> {
    const { kept, expected, events } = append;
    const found = await this.options.readKept(kept, expected + 1, events.length);
    const same =
      found.length === events.length &&
      found.every((event, index) => event.eventId === events[index]?.eventId);
    const last = found.at(-1);
    return same && last !== undefined ? { revision: last.revision, position: last.position } : undefined;
  }
}

function sizeBytes({ events }: RequestedAppend): number {
  return events.reduce(
    (sum, event) => sum + Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata),
    0,
  );
}

function outcomeUnknown({ stream, expected }: RequestedAppend, cause: unknown): StoreUnavailable {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailable(
    `whether ${stream} was written after revision ${expected} could not be learnt (${reason}); ` +
      'try again with the same events and revision',
    cause,
  );
}
