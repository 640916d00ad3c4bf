import type { AppendAnswer, RequestedAppend } from './append-messages.js';
import { AppendStream } from './append-stream.js';
import type { ClientConnection } from './client-connection.js';

/** Sends appends over one BatchAppend call, and over a new one when that is over. */
export class AppendLane {
  private current: Promise<AppendStream> | undefined;

  constructor(
    private readonly connection: ClientConnection,
    private readonly timeoutMs: number,
  ) {}

  /** One attempt. Never rejects: what went wrong makes the outcome unknown. */
  async attempt(append: RequestedAppend): Promise<AppendAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no connection within ${this.timeoutMs} ms`)),
        this.timeoutMs,
      );
    });
    try {
      const stream = await Promise.race([this.stream(), late]);
      clearTimeout(timer);
      return await stream.send(append, this.timeoutMs);
    } catch (cause) {
      return { kind: 'unknown', cause };
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const stream = await this.current?.catch(() => undefined);
    stream?.retire();
  }

  private stream(): Promise<AppendStream> {
    this.current ??= this.open();
    return this.current;
  }

  private open(): Promise<AppendStream> {
    const opening: Promise<AppendStream> = this.connection.openBatchAppend(
      (call) => new AppendStream(call, () => this.forget(opening)),
    );
    opening.catch(() => this.forget(opening));
    return opening;
  }

  private forget(stream: Promise<AppendStream>): void {
    if (this.current === stream) this.current = undefined;
  }
}
