import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Position, StoredEvent } from '../event-store.js';
import type { ReadCall } from './client-connection.js';
import { readMessage, type ReadMessage } from './read-messages.js';

/** A batch ends early when its texts reach so many UTF-16 units, so that large events do not fill the memory. */
const BATCH_CHARACTERS_MAX = 4 * 1024 * 1024;

/** How a Read call ended. */
export type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly cause: Error };

/** Nothing was heard of the call for too long. */
export class Silence extends Error {
  override readonly name = 'Silence';
}

/**
 * Gathers what a Read call sends into batches. It holds at most one batch: then the call is paused, HTTP/2 flow
 * control stops the server, and memory stays flat however slow the reader is.
 */
export class Inflow {
  private events: StoredEvent[] = [];
  private characters = 0;
  private messages = 0;
  private check: (() => void) | undefined;
  /** The last position heard of; undefined before the first. */
  reached: Position | undefined;
  /** How many records came, the server's own included. */
  records = 0;
  /** Whether the server has said that a subscription stands. */
  alive = false;
  ending: Ending | undefined;

  constructor(
    private readonly call: ReadCall,
    private readonly batchSize: number,
  ) {
    call.on('data', (response: ReadResp) => this.receive(response));
    call.on('error', (cause: Error) => this.end({ kind: 'failed', cause }));
    call.on('end', () => this.end({ kind: 'complete' }));
  }

  get full(): boolean {
    return this.events.length >= this.batchSize || this.characters >= BATCH_CHARACTERS_MAX;
  }

  get empty(): boolean {
    return this.events.length === 0;
  }

  /** What has come so far; the call goes on. */
  take(): readonly StoredEvent[] {
    const taken = this.events;
    this.events = [];
    this.characters = 0;
    if (this.call.isPaused()) this.call.resume();
    return taken;
  }

  /**
   * Waits until the condition holds, the call has ended or the signal aborts.
   * @throws Silence when not one message came in `silenceMs`; noticed within twice that
   */
  until(condition: () => boolean, silenceMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let heard = this.messages;
      const stop = (): void => {
        clearInterval(timer);
        signal?.removeEventListener('abort', check);
        this.check = undefined;
      };
      const check = (): void => {
        if (!condition() && this.ending === undefined && signal?.aborted !== true) return;
        stop();
        resolve();
      };
      const timer = setInterval(() => {
        if (this.messages === heard) {
          stop();
          reject(new Silence(`nothing was heard of the call for ${silenceMs} ms`));
        }
        heard = this.messages;
      }, silenceMs);
      signal?.addEventListener('abort', check);
      this.check = check;
      check();
    });
  }

  close(): void {
    this.call.cancel();
  }

  private receive(response: ReadResp): void {
    this.messages += 1;
    try {
      this.keep(readMessage(response));
    } catch (cause) {
      this.end({ kind: 'failed', cause: cause instanceof Error ? cause : new Error(String(cause)) });
      this.close();
    }
    if (this.full) this.call.pause();
    this.check?.();
  }

  private keep(message: ReadMessage): void {
    switch (message.kind) {
      case 'event':
        this.events.push(message.event);
        this.characters += message.event.data.length + message.event.metadata.length;
        this.reached = message.event.position;
        this.records += 1;
        return;
      case 'system':
        this.reached = message.position;
        this.records += 1;
        return;
      case 'checkpoint':
        this.reached = message.position;
        return;
      case 'missing':
        this.end({ kind: 'missing' });
        return;
      case 'alive':
        this.alive = true;
    }
  }

  /** The first ending counts: a cancelled call still reports an error afterwards. */
  private end(ending: Ending): void {
    this.ending ??= ending;
    this.check?.();
  }
}
