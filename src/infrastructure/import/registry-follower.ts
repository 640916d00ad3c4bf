import type { KeyRegistryEvent } from '../../domain/key-registry/events.js';
import type { StreamName } from '../../domain/shared/identifiers.js';
import { decodeEvent } from '../event-codec/codec.js';
import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import { RegistryMismatch, type KeyIndex, type RegistryEvent } from '../key-index/key-index.js';

/** Keeps the local index of known keys up with the registry's stream. */
export class RegistryFollower {
  private catchingUp: Promise<void> | undefined;
  private checked = false;

  constructor(
    private readonly store: EventStore,
    private readonly stream: StreamName,
    readonly index: KeyIndex,
  ) {}

  /** Applies what the registry holds by now. Callers at the same time share one reading, begun after they asked. */
  async catchUp(): Promise<void> {
    await this.catchingUp;
    this.catchingUp ??= this.follow().finally(() => {
      this.catchingUp = undefined;
    });
    await this.catchingUp;
  }

  private async follow(): Promise<void> {
    if (!this.checked) await this.checkOrigin();
    try {
      await this.applyNew();
    } catch (error) {
      if (!(error instanceof RegistryMismatch)) throw error;
      this.index.reset();
      await this.applyNew();
    }
  }

  /** An index of a ledger that was restored to an older state knows events that never happened there. */
  private async checkOrigin(): Promise<void> {
    const { revision, eventId } = this.index.checkpoint;
    const event = revision < 0 ? undefined : await this.eventAt(revision);
    if (revision >= 0 && event?.eventId !== eventId) this.index.reset();
    this.checked = true;
  }

  private async applyNew(): Promise<void> {
    const fromRevision = this.index.checkpoint.revision + 1;
    for await (const batch of this.store.readStream(this.stream, { fromRevision })) {
      this.index.apply(batch.map(registryEvent));
    }
  }

  /** One event of the registry's stream. */
  async eventAt(revision: number): Promise<RegistryEvent | undefined> {
    for await (const [stored] of this.store.readStream(this.stream, { fromRevision: revision, limit: 1 })) {
      if (stored !== undefined) return registryEvent(stored);
    }
    return undefined;
  }

  /** The registry's events from one revision to another, both included. */
  async *events(fromRevision: number, toRevision: number): AsyncGenerator<RegistryEvent> {
    const limit = toRevision - fromRevision + 1;
    for await (const batch of this.store.readStream(this.stream, { fromRevision, limit })) {
      for (const stored of batch) yield registryEvent(stored);
    }
  }
}

function registryEvent(stored: StoredEvent): RegistryEvent {
  const { event, eventId, revision } = decodeEvent(stored);
  return { event: event as KeyRegistryEvent, eventId, revision };
}
