import { isInSequence } from '../../../domain/shared/identifiers.js';
import type { StoredEvent } from '../event-store.js';
import { publicName } from './aside-names.js';
import type { PageReader } from './page-reader.js';

/** A destroyed stream stays destroyed, so what is remembered is always right; forgetting costs one more look. */
const REMEMBERED_MAX = 10_000;

/**
 * The server goes on showing a destroyed stream's events in `$all` until it is scavenged. Nobody may get them: a copy
 * of the ledger would bring back what was destroyed. So every aside stream is looked up before its events are handed out.
 */
export class DestroyedStreams {
  private readonly destroyed = new Set<string>();

  constructor(private readonly pages: PageReader) {}

  /** Names the streams as they are named above the port. @throws StoreUnavailable */
  async without(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    const aside = new Set(events.map((event) => event.stream).filter((stream) => !isInSequence(stream)));
    if (aside.size === 0) return events;
    await Promise.all([...aside].map((stream) => this.look(stream)));
    const left = events.filter(({ stream }) => !aside.has(stream) || !this.destroyed.has(stream));
    return left.map((event) => ({ ...event, stream: publicName(event.stream) }));
  }

  private async look(stream: string): Promise<void> {
    if (this.destroyed.has(stream)) return;
    const page = await this.pages.firstOf(stream);
    if (page.events.length > 0) return;
    if (this.destroyed.size >= REMEMBERED_MAX) this.destroyed.clear();
    this.destroyed.add(stream);
  }
}
