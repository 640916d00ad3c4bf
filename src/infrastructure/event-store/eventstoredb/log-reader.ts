import { isInSequence } from '../../../domain/shared/identifiers.js';
import { START, type Position, type StoredEvent } from '../event-store.js';
import { publicName, type AsideNames } from './aside-names.js';
import type { DestroyedStreams } from './destroyed-streams.js';
import type { Page, PageReader } from './page-reader.js';
import { readAllBackwardsRequest, readAllRequest, readStreamRequest, type From } from './read-messages.js';

const STREAM_PAGE_EVENTS = 1_000;
/** The last records may be tombstones; few are. */
const HEAD_PAGE_EVENTS = 4;

export interface Range {
  readonly after: Position;
  readonly upTo: Position;
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
}

/** The questions that are asked of the log: every one is answered page by page. */
export class LogReader {
  constructor(
    private readonly pages: PageReader,
    private readonly destroyed: DestroyedStreams,
    private readonly names: AsideNames,
    private readonly prefix: string,
  ) {}

  /** Nothing for a stream that is not there. */
  async *ofStream(
    stream: string,
    fromRevision: number,
    limit: number,
  ): AsyncGenerator<readonly StoredEvent[]> {
    for (;;) {
      const kept = this.names.kept(stream);
      const found = yield* this.ofKept(kept, fromRevision, limit);
      if (found !== 'destroyed' || isInSequence(stream)) return;
      this.names.destroyed(kept);
    }
  }

  /**
   * What the server keeps under the name, until it says twice that there is no more: a server that goes away ends a
   * call with OK in the middle. `destroyed` when that was ended before the first event could be read.
   */
  async *ofKept(
    kept: string,
    fromRevision: number,
    limit: number,
  ): AsyncGenerator<readonly StoredEvent[], 'read' | 'destroyed'> {
    let next = fromRevision;
    let left = limit;
    let endings = 0;
    while (left > 0 && endings < 2) {
      const count = Math.min(left, STREAM_PAGE_EVENTS);
      const page = await this.pages.read({ request: readStreamRequest(kept, next, count), count });
      if (page.missing) return 'read';
      if (page.destroyed) return next === fromRevision ? 'destroyed' : 'read';
      endings = page.events.length > 0 ? Number(page.complete) : endings + 1;
      if (page.events.length > 0) yield withPublicName(kept, page.events);
      next = (page.events.at(-1)?.revision ?? next - 1) + 1;
      left -= page.events.length;
    }
    return 'read';
  }

  async *between({ after, upTo, batchSize, signal }: Range): AsyncGenerator<readonly StoredEvent[]> {
    let position = after;
    while (position < upTo && signal?.aborted !== true) {
      const page = await this.pageAfter(position, { after, upTo, batchSize, signal });
      const fresh = page.events.filter((event) => event.position > position).slice(0, batchSize);
      const events = await this.destroyed.without(fresh);
      if (events.length > 0) yield events;
      const reached = fresh.length === batchSize ? fresh.at(-1)?.position : page.reached;
      if (reached === undefined || reached <= position) return;
      position = reached;
    }
  }

  /**
   * The position of the last event that is not the server's own; START when there is none, which the server says twice
   * before it is believed.
   */
  async head(): Promise<Position> {
    return (await this.lastPosition()) ?? (await this.lastPosition()) ?? START;
  }

  private async lastPosition(): Promise<Position | undefined> {
    let from: From = 'end';
    for (;;) {
      const request = readAllBackwardsRequest(this.prefix, from, HEAD_PAGE_EVENTS);
      const page: Page = await this.pages.read({ request, count: HEAD_PAGE_EVENTS });
      const last = page.events.at(0);
      if (last !== undefined || page.reached === undefined) return last?.position;
      from = page.reached;
    }
  }

  /** A read from a position includes what stands there, so one more record is asked for. */
  private pageAfter(position: Position, { upTo, batchSize, signal }: Range): Promise<Page> {
    const count = position === START ? batchSize : batchSize + 1;
    const whole = (page: Page): boolean => !page.complete || (page.reached ?? START) >= upTo;
    return this.pages.read({ request: readAllRequest(this.prefix, position, count), count, signal, whole });
  }
}

function withPublicName(kept: string, events: readonly StoredEvent[]): readonly StoredEvent[] {
  return isInSequence(kept) ? events : events.map((event) => ({ ...event, stream: publicName(kept) }));
}
