import { setTimeout as pauseFor } from 'node:timers/promises';
import type { StoredEvent } from '../event-store/event-store.js';

/** What arrives within a few milliseconds is applied together: a commit of every model for each event costs the most. */
const CALM_MS = 5;
/** Under load more is gathered: commits would take the processor and the disk from those who record. */
const LOADED_MS = 60;
/** And still more while nobody waits: a page that several events change is then written once. */
const UNATTENDED_MS = 60;
/** So many events within one gathering are load. */
const LOADED_BATCH_EVENTS = 8;
/** A batch of so many characters is catching up, which gathers nothing: more is there already than a rest would bring. */
const CATCHING_UP_CHARACTERS = 2 * 1024 * 1024;

/** Waits so many milliseconds, or until the signal aborts. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** An abort is how a pause ends early, and no failure. */
const realPause: Pause = (milliseconds, signal) =>
  pauseFor(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);

type Batch = readonly Pick<StoredEvent, 'data' | 'metadata'>[];

/** How long read models let events gather before they apply them. */
export class Gathering {
  private isHurried = false;
  private attended = new AbortController();

  constructor(private readonly pause: Pause = realPause) {}

  /** Somebody waits for what is being gathered. */
  hurry(): void {
    this.isHurried = true;
    this.attended.abort();
  }

  /** Rests after a batch. */
  async rest(batch: Batch): Promise<void> {
    if (charactersOf(batch) >= CATCHING_UP_CHARACTERS) return;
    if (batch.length < LOADED_BATCH_EVENTS) await this.pause(CALM_MS);
    else await this.restUnderLoad();
    this.isHurried = false;
  }

  private async restUnderLoad(): Promise<void> {
    await this.pause(LOADED_MS);
    if (this.isHurried) return;
    this.attended = new AbortController();
    await this.pause(UNATTENDED_MS, this.attended.signal);
  }
}

function charactersOf(batch: Batch): number {
  return batch.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
}
