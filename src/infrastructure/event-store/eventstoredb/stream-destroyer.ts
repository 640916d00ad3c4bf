import { StoreUnavailable } from '../event-store.js';
import type { AsideNames } from './aside-names.js';
import type { ClientConnection } from './client-connection.js';
import type { Gate } from './gate.js';
import { backoffMs, type Pause } from './pacing.js';
import type { PageReader } from './page-reader.js';

const BACKOFF_FIRST_MS = 50;
const BACKOFF_MOST_MS = 2_000;

export interface StreamDestroyerOptions {
  readonly connection: ClientConnection;
  readonly pages: PageReader;
  readonly names: AsideNames;
  readonly gate: Gate;
  readonly attempts: number;
  readonly pause: Pause;
}

/** Ends aside streams with a tombstone, and knows that they are ended before it says so. */
export class StreamDestroyer {
  constructor(private readonly options: StreamDestroyerOptions) {}

  /** Harmless for a stream that is not there. @throws StoreUnavailable when it is not known to be destroyed */
  async destroy(stream: string): Promise<void> {
    const { names, attempts, pause } = this.options;
    const kept = await this.present(stream);
    if (kept === undefined) return;
    let cause: unknown;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      cause = await this.tombstone(kept);
      // Asked rather than believed: a call that failed may have taken effect, and another instance may have been first.
      if ((await this.options.pages.firstOf(kept)).destroyed) return names.destroyed(kept);
      if (attempt < attempts) await pause(backoffMs(attempt, BACKOFF_FIRST_MS, BACKOFF_MOST_MS));
    }
    throw new StoreUnavailable(`${stream} is not known to be destroyed; try again`, cause);
  }

  /** The name under which the stream has events; undefined when it has none. */
  private async present(stream: string): Promise<string | undefined> {
    for (;;) {
      const kept = this.options.names.kept(stream);
      const page = await this.options.pages.firstOf(kept);
      if (!page.destroyed) return page.events.length > 0 ? kept : undefined;
      this.options.names.destroyed(kept);
    }
  }

  /** What went wrong, if anything did. */
  private async tombstone(kept: string): Promise<unknown> {
    try {
      await this.options.gate.run(() => this.options.connection.tombstone(kept));
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
