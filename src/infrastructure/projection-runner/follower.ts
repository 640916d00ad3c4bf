import type { ReadModel } from '../../projections/read-model.js';
import type { ReadModelName } from '../../projections/registry.js';
import { READ_MODEL_NAMES, readModels } from '../../projections/registry.js';
import type { EventStore, Position, StoredEvent } from '../event-store/event-store.js';
import { START } from '../event-store/event-store.js';
import type { ArrivedEvent } from './arrived-event.js';
import { arrived } from './arrived-event.js';
import { largeBatches } from './batches.js';
import { Gathering } from './gathering.js';
import { ModelDirectory, removeDatabase } from './model-directory.js';
import { ModelFile } from './model-file.js';
import type { ModelStatus, Progress } from './progress.js';
import { WriterLock } from './writer-lock.js';

/** A build stopped before it could take the place of the one that serves; that one stays. */
export class RebuildStopped extends Error {
  override readonly name = 'RebuildStopped';
}

export type Models = Readonly<Partial<Record<ReadModelName, ReadModel>>>;

/** What one transaction of those that serve takes at most. */
const BATCH_EVENTS_MAX = 8_192;

export interface FollowerOptions {
  readonly store: EventStore;
  readonly directory: string;
  readonly onProgress: (progress: Progress) => void;
  /** Told of what the log's one subscription brings, before any read model shows it. */
  readonly onArrival?: (events: readonly StoredEvent[]) => void;
  /** All of them unless told. */
  readonly models?: Models;
}

/**
 * Keeps every read model up to date. Those that serve follow the log together, each event decoded once. One that is
 * built, rebuilt or tried again catches up by itself meanwhile and then joins them, so nobody waits for it.
 */
export class Follower {
  private readonly directory: ModelDirectory;
  private readonly lock: WriterLock;
  private readonly models: Models;
  private readonly joined = new Map<ReadModelName, ModelFile>();
  private readonly catchingUp = new Map<ReadModelName, Promise<void>>();
  private readonly failure: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  private stop: AbortSignal = new AbortController().signal;
  private reached: Position = START;
  private readonly gathering = new Gathering();

  /** @throws ReadModelsHeld when another process keeps this directory up to date */
  constructor(private readonly options: FollowerOptions) {
    this.models = options.models ?? readModels;
    this.failure = new Promise((_, reject) => (this.fail = reject));
    // Without a run nobody awaits it; whoever asked for what failed is told all the same.
    this.failure.catch(() => undefined);
    this.directory = new ModelDirectory(options.directory);
    this.lock = WriterLock.take(options.directory);
    this.directory.removeLeftovers(Object.values(this.models));
    for (const [name, model] of this.entries()) {
      const file = this.directory.current(model);
      if (file !== undefined) this.joined.set(name, ModelFile.open(model, file));
    }
  }

  /** Follows the log until the signal aborts. Rejects when the log or the disk fails; then it has to be closed. */
  async run(signal: AbortSignal): Promise<void> {
    // What one of them fails of ends the whole run: whoever started it decides whether to start again.
    const ended = new AbortController();
    this.stop = AbortSignal.any([signal, ended.signal]);
    await this.dropWhatIsAhead();
    const missing = this.entries().filter(([name]) => !this.joined.has(name));
    const tasks = [this.follow(this.stop), ...missing.map(([name]) => this.rebuild(name))];
    try {
      await Promise.race([Promise.all(tasks), this.failure]);
    } finally {
      ended.abort();
      await Promise.allSettled([...tasks, ...this.catchingUp.values()]);
    }
  }

  /** Builds a model anew beside the one that serves, and swaps it in when it has caught up. @throws RebuildStopped */
  async rebuild(name: ReadModelName): Promise<void> {
    const model = this.modelOf(name);
    await this.alone(name, async () => {
      const build = ModelFile.create(model, this.directory.nextFile(model));
      try {
        await this.catchUp(name, build, () => this.swapIn(name, build));
      } catch (error) {
        this.discard(build);
        throw error;
      }
      if (this.joined.get(name) !== build) this.discard(build);
    });
  }

  /** Lets a model that stopped go on where it stopped. One that did not stop is left as it is. */
  async retry(name: ReadModelName): Promise<void> {
    this.modelOf(name);
    await this.alone(name, async () => {
      const file = this.joined.get(name);
      if (file === undefined || file.checkpoint.stopped === null) return;
      this.joined.delete(name);
      try {
        file.retry();
        await this.catchUp(name, file, () => this.joined.set(name, file));
      } catch (error) {
        // It cannot join the others with a gap, so everybody starts again.
        this.fail(error);
        throw error;
      } finally {
        if (this.joined.get(name) !== file) file.close();
      }
    });
  }

  /** Applies all that the log holds by now to every model, building those that are missing. */
  async catchUpAll(): Promise<void> {
    await this.dropWhatIsAhead();
    const behind = [...this.joined.values()].filter(({ checkpoint }) => checkpoint.stopped === null);
    const from = Math.min(...behind.map(({ checkpoint }) => checkpoint.position));
    if (behind.length > 0) {
      for await (const batch of largeBatches(this.options.store, from, undefined)) this.deliver(batch);
    }
    for (const [name] of this.entries()) if (!this.joined.has(name)) await this.rebuild(name);
  }

  /** Somebody waits for the models to come further. */
  hurry(): void {
    this.gathering.hurry();
  }

  status(): readonly ModelStatus[] {
    return [...this.joined].map(([, { model, checkpoint }]) => ({
      model: model.name,
      version: model.version,
      ...checkpoint,
    }));
  }

  close(): void {
    for (const file of this.joined.values()) file.close();
    this.lock.release();
  }

  /** A model that stands beyond the log's end is of another history (a backup was restored): it is built anew. */
  private async dropWhatIsAhead(): Promise<void> {
    const head = await this.options.store.head();
    for (const [name, file] of this.joined) {
      if (file.checkpoint.position <= head) continue;
      this.joined.delete(name);
      this.discard(file);
      this.directory.withdraw(file.model);
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const running = [...this.joined.values()].filter(({ checkpoint }) => checkpoint.stopped === null);
    const positions = running.map(({ checkpoint }) => checkpoint.position);
    this.reached = positions.length === 0 ? await this.options.store.head() : Math.min(...positions);
    const options = { signal, batchSize: BATCH_EVENTS_MAX };
    for await (const batch of this.options.store.subscribe(this.reached, options)) {
      this.options.onArrival?.(batch);
      this.deliver(batch.map(arrived));
      await this.gathering.rest(batch);
      if (signal.aborted) return;
    }
  }

  private deliver(events: readonly ArrivedEvent[]): void {
    for (const [name, file] of this.joined) {
      const before = file.checkpoint;
      file.apply(events);
      if (file.checkpoint !== before) this.report(name, file);
    }
    this.reached = events.at(-1)?.position ?? this.reached;
  }

  /**
   * Brings a file to where the others are, or to where it stops, and lets it join them in the same breath: a batch
   * that they got between the two would be missing in it. When the run ends before, it does not join.
   */
  private async catchUp(name: ReadModelName, file: ModelFile, join: () => void): Promise<void> {
    for (;;) {
      for await (const batch of largeBatches(this.options.store, file.checkpoint.position, this.stop)) {
        file.apply(batch);
        if (!this.joined.has(name)) this.report(name, file);
        if (file.checkpoint.stopped !== null) break;
      }
      if (this.stop.aborted) return;
      if (file.checkpoint.stopped === null && file.checkpoint.position < this.reached) continue;
      join();
      this.report(name, file);
      return;
    }
  }

  private swapIn(name: ReadModelName, build: ModelFile): void {
    const old = this.joined.get(name);
    const { stopped, position } = build.checkpoint;
    if (stopped !== null && old !== undefined && position < old.checkpoint.position) {
      const { eventId, message } = stopped;
      throw new RebuildStopped(
        `the new ${name} stopped at event ${eventId} (${message}); the old one serves on`,
      );
    }
    build.serve();
    this.directory.publish(build.model, build.file);
    this.joined.set(name, build);
    if (old === undefined) return;
    old.close();
    removeDatabase(old.file);
  }

  private discard(build: ModelFile): void {
    build.close();
    removeDatabase(build.file);
  }

  /** One thing at a time is done to a model; the second waits for the first. */
  private async alone(name: ReadModelName, task: () => Promise<void>): Promise<void> {
    const before = this.catchingUp.get(name) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.catchingUp.set(name, mine);
    try {
      await mine;
    } finally {
      if (this.catchingUp.get(name) === mine) this.catchingUp.delete(name);
    }
  }

  private report(name: ReadModelName, file: ModelFile): void {
    this.options.onProgress({ model: name, ...file.checkpoint });
  }

  private modelOf(name: ReadModelName): ReadModel {
    const model = this.models[name];
    if (model === undefined)
      throw new RangeError(`there is no read model "${name}"; there are ${READ_MODEL_NAMES.join(', ')}`);
    return model;
  }

  private entries(): [ReadModelName, ReadModel][] {
    return Object.entries(this.models) as [ReadModelName, ReadModel][];
  }
}
