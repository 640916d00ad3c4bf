import { instantOf, type Instant } from '../../domain/shared/time.js';
import type { Position } from '../event-store/event-store.js';
import type { ArrivedEvent } from './arrived-event.js';

/** Where a replay ends. A time stands for the longest prefix in which nothing was recorded later. */
export type Until =
  | { readonly kind: 'sequence'; readonly sequence: number }
  | { readonly kind: 'time'; readonly instant: Instant }
  | { readonly kind: 'position'; readonly position: Position };

/** Takes a log's events as they come, up to where it is to end. */
export class ReplayCut {
  private counted = 0;
  private ended = false;
  private lastTaken: ArrivedEvent | undefined;

  constructor(private readonly until: Until) {
    this.ended = until.kind === 'sequence' && until.sequence === 0;
  }

  /** Events of the ledger's sequence taken so far. */
  get sequence(): number {
    return this.counted;
  }

  /** The last event of the ledger's sequence that was taken. */
  get last(): ArrivedEvent | undefined {
    return this.lastTaken;
  }

  /** Nothing that comes later counts. */
  get isReached(): boolean {
    return this.ended;
  }

  /** The part of a batch that counts. */
  take(batch: readonly ArrivedEvent[]): readonly ArrivedEvent[] {
    const taken: ArrivedEvent[] = [];
    for (const event of batch) {
      if (this.ended || this.isBeyond(event)) {
        this.ended = true;
        break;
      }
      taken.push(event);
      if (event.isInSequence) this.count(event);
    }
    return taken;
  }

  private count(event: ArrivedEvent): void {
    this.counted += 1;
    this.lastTaken = event;
    if (this.until.kind === 'sequence' && this.counted === this.until.sequence) this.ended = true;
  }

  private isBeyond(event: ArrivedEvent): boolean {
    const { until } = this;
    if (until.kind === 'position') return event.position > until.position;
    // What stands aside is no history: its times decide nothing.
    if (until.kind !== 'time' || !event.isInSequence) return false;
    return instantOf(event.context().recordedAt) > until.instant;
  }
}
