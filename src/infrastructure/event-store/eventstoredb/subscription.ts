import type { Position, StoredEvent } from '../event-store.js';
import type { ClientConnection } from './client-connection.js';
import type { DestroyedStreams } from './destroyed-streams.js';
import { Silence, type Inflow } from './inflow.js';
import { backoffMs, type Pause } from './pacing.js';
import { openInflow } from './page-reader.js';
import { subscribeRequest } from './read-messages.js';

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MOST_MS = 5_000;

export interface SubscriptionOptions {
  readonly connection: ClientConnection;
  readonly destroyed: DestroyedStreams;
  readonly prefix: string;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  readonly openTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  readonly pause: Pause;
}

export interface SubscriptionHealth {
  /** `live`: the server has said that it stands; `opening`: it has not yet; `waiting`: it failed and is tried again. */
  readonly state: 'opening' | 'live' | 'waiting';
  /** Everything up to here was handed out or does not concern this ledger. */
  readonly position: Position;
  /** Failures in a row without progress. */
  readonly failures: number;
  readonly reason?: string;
}

/**
 * Follows `$all`, and takes it up again where it was however the call ends: with an error, with OK, or with silence.
 * It gives up never; whether it works is told by its health.
 */
export class Subscription {
  private state: SubscriptionHealth['state'] = 'opening';
  private failures = 0;
  private reason: string | undefined;

  constructor(
    private position: Position,
    private readonly options: SubscriptionOptions,
  ) {}

  health(): SubscriptionHealth {
    const { state, position, failures, reason } = this;
    return { state, position, failures, ...(reason === undefined ? {} : { reason }) };
  }

  async *batches(): AsyncGenerator<readonly StoredEvent[]> {
    const { signal, pause } = this.options;
    while (!signal.aborted) {
      const inflow = await this.open();
      if (inflow !== undefined) yield* this.drain(inflow);
      if (this.state === 'waiting')
        await pause(backoffMs(this.failures, BACKOFF_FIRST_MS, BACKOFF_MOST_MS), signal);
    }
  }

  private async open(): Promise<Inflow | undefined> {
    const { connection, prefix, batchSize, openTimeoutMs } = this.options;
    const request = subscribeRequest(prefix, this.position);
    try {
      return await openInflow(connection, { request, batchSize, timeoutMs: openTimeoutMs });
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  private async *drain(inflow: Inflow): AsyncGenerator<readonly StoredEvent[]> {
    try {
      for (;;) {
        const batch = await this.next(inflow);
        if (batch === undefined) return;
        if (batch.length > 0) yield batch;
      }
    } finally {
      inflow.close();
    }
  }

  /** Undefined when the call is to be given up. */
  private async next(inflow: Inflow): Promise<readonly StoredEvent[] | undefined> {
    const { signal, destroyed, silenceTimeoutMs } = this.options;
    try {
      await inflow.until(() => !inflow.empty || this.standsNow(inflow), silenceTimeoutMs, signal);
      if (signal.aborted) return undefined;
      if (inflow.empty && inflow.ending !== undefined) return this.ended(inflow);
      if (inflow.alive) this.state = 'live';
      const reached = inflow.reached;
      const batch = await destroyed.without(inflow.take().filter((event) => event.position > this.position));
      this.advance(reached);
      return batch;
    } catch (error) {
      // An idle ledger is silent too: the call is opened anew, in case it is not idle but forgotten.
      if (error instanceof Silence && inflow.alive) this.advance(inflow.reached);
      else this.failed(error);
      return undefined;
    }
  }

  private standsNow(inflow: Inflow): boolean {
    return inflow.alive && this.state !== 'live';
  }

  private ended(inflow: Inflow): undefined {
    this.advance(inflow.reached);
    this.failed(
      inflow.ending?.kind === 'failed' ? inflow.ending.cause : new Error('the server ended the call'),
    );
    return undefined;
  }

  private advance(reached: Position | undefined): void {
    if (reached === undefined || reached <= this.position) return;
    this.position = reached;
    this.failures = 0;
    this.reason = undefined;
  }

  private failed(cause: unknown): void {
    this.state = 'waiting';
    this.failures += 1;
    this.reason = cause instanceof Error ? cause.message : String(cause);
  }
}
