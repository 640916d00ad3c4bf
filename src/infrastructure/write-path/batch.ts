import type { Decision } from '../../domain/shared/decider.js';
import type { DomainEvent } from '../../domain/shared/event.js';
import type { CommandContext } from '../../domain/shared/ledger.js';
import { encodeEvent } from '../event-codec/codec.js';
import { freshIdentity } from '../event-codec/fresh-identity.js';
import type { NewEvent, Position } from '../event-store/event-store.js';

/** How many commands one append may carry, and how many bytes they fill before the rest waits. */
const BATCH_COMMANDS_MAX = 256;
const BATCH_BYTES_MAX = 512 * 1024;
/** Below the port's limit, with room for the last command's events. */
const BATCH_EVENTS_MAX = 1024;

/** What was decided for one append, and who waits for it. */
export class Batch {
  readonly events: NewEvent[] = [];
  private readonly answers: (() => void)[] = [];
  private readonly commandIds = new Set<string>();
  private bytes = 0;
  private position: Position;

  constructor(position: Position) {
    this.position = position;
  }

  get isFull(): boolean {
    return (
      this.answers.length >= BATCH_COMMANDS_MAX ||
      this.bytes >= BATCH_BYTES_MAX ||
      this.events.length >= BATCH_EVENTS_MAX
    );
  }

  /** Whether a command of this id was decided in this batch and is not durable yet. */
  holds(commandId: string): boolean {
    return this.commandIds.has(commandId);
  }

  /** @returns false where there is no room left for so many bytes */
  add(events: readonly NewEvent[], commandId: string): boolean {
    if (events.length === 0) return true;
    const bytes = sizeOf(events);
    if (this.events.length > 0 && this.bytes + bytes > BATCH_BYTES_MAX) return false;
    this.events.push(...events);
    this.bytes += bytes;
    this.commandIds.add(commandId);
    return true;
  }

  /** An answer that waits for everything decided so far. */
  whenDurable(answer: (position: Position) => void): void {
    this.answers.push(() => answer(this.position));
  }

  settle(position: Position): void {
    this.position = position;
    for (const answer of this.answers) answer();
  }
}

function sizeOf(events: readonly NewEvent[]): number {
  return events.reduce(
    (sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata),
    0,
  );
}

export function encodeDecision(
  decision: Decision<DomainEvent, unknown>,
  context: CommandContext,
  recordedAt: string,
): NewEvent[] {
  const {
    at: occurredAt,
    actor,
    onBehalfOf,
    channel,
    command,
    commandId,
    correlationId,
    causationId,
  } = context;
  return decision.events.map((event) =>
    encodeEvent(
      event,
      { occurredAt, recordedAt, actor, onBehalfOf, channel, command, commandId, correlationId, causationId },
      freshIdentity(),
    ),
  );
}
