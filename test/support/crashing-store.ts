import type { StreamName } from '../../src/domain/shared/identifiers.js';
import type {
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  StoredEvent,
} from '../../src/infrastructure/event-store/event-store.js';

/** What a process that died tells nobody. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** Where a process dies: at its n-th append, just before or just after it took effect. */
export interface CrashPoint {
  readonly append: number;
  readonly when: 'before' | 'after';
}

/** One process's way to a store that outlives it: at the crash point the process dies, and nothing it does works any more. */
export class CrashingStore implements EventStore {
  private appends = 0;
  private crashPoint: CrashPoint | undefined;
  private dead = false;

  constructor(private readonly shared: EventStore) {}

  /** Counts appends from now on. */
  crashAt(point: CrashPoint): void {
    this.appends = 0;
    this.crashPoint = point;
  }

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    this.requireAlive();
    this.appends += 1;
    const crashes = this.crashPoint?.append === this.appends;
    if (crashes && this.crashPoint?.when === 'before') this.die();
    const appended = await this.shared.append(stream, expected, events);
    if (crashes) this.die();
    return appended;
  }

  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<readonly StoredEvent[]> {
    this.requireAlive();
    return this.shared.readStream(stream, options);
  }

  readAll(after: Position, options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]> {
    return this.shared.readAll(after, options);
  }

  subscribe(
    after: Position,
    options: ReadAllOptions & { signal: AbortSignal },
  ): AsyncIterable<readonly StoredEvent[]> {
    return this.shared.subscribe(after, options);
  }

  head(): Promise<Position> {
    return this.shared.head();
  }

  destroy(stream: StreamName): Promise<void> {
    return this.shared.destroy(stream);
  }

  /** The store belongs to the test. */
  async close(): Promise<void> {}

  private requireAlive(): void {
    if (this.dead) throw new ProcessDied('the process is dead');
  }

  private die(): never {
    this.dead = true;
    throw new ProcessDied(`died at append ${this.appends}`);
  }
}
