import Database from 'better-sqlite3';
import type { Projection, ReadModel } from '../../projections/read-model.js';
import { applyEvent } from '../../projections/read-model.js';
import type { ArrivedEvent } from './arrived-event.js';
import type { Standing, Stopped } from './checkpoint.js';
import { CHECKPOINT_SCHEMA, CheckpointTable } from './checkpoint.js';
import type { TableDigest } from './content-digest.js';
import { contentDigests } from './content-digest.js';
import { tablesOf } from './tables.js';

/** Enough of a message to know what is wrong; the event itself is in the ledger. */
const MESSAGE_CHARACTERS_MAX = 2000;
const BUSY_TIMEOUT_MS = 5000;
/** 32 MiB of write-ahead log: the same pages change again and again, and each checkpoint waits for the disk. */
const CHECKPOINT_PAGES = 8_192;
/** Of a build; there is one at a time. */
const CACHE_KIB = 32 * 1024;
/** Of each model that serves: memory must not grow with what there is. */
const SERVING_CACHE_KIB = 4 * 1024;

/** Where a batch went wrong: this event could not be applied. */
interface Failure {
  readonly index: number;
  readonly stopped: Stopped;
}

/** One build of a read model, open for writing. */
export class ModelFile {
  private projection: Projection;
  private readonly checkpoints: CheckpointTable;
  private standing: Standing;

  private constructor(
    readonly model: ReadModel,
    readonly file: string,
    private readonly database: Database.Database,
  ) {
    this.checkpoints = new CheckpointTable(database);
    this.standing = this.checkpoints.read();
    this.projection = model.open(tablesOf(database));
  }

  /** A new, empty build. Until `serve` it is written for speed: a crash leaves nothing of it. */
  static create(model: ReadModel, file: string): ModelFile {
    const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    database.pragma('journal_mode = MEMORY');
    database.pragma('synchronous = OFF');
    database.pragma(`cache_size = -${CACHE_KIB}`);
    database.transaction(() => database.exec(`${model.schema} ${CHECKPOINT_SCHEMA}`))();
    return new ModelFile(model, file, database);
  }

  /** A build on a temporary file that nobody else sees and that is gone when it is closed. */
  static createTemporary(model: ReadModel): ModelFile {
    return ModelFile.create(model, '');
  }

  static open(model: ReadModel, file: string): ModelFile {
    const database = new Database(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
    const opened = new ModelFile(model, file, database);
    opened.serve();
    return opened;
  }

  /** From now on others read while this one writes. A power cut may cost the last commits, never the file. */
  serve(): void {
    this.database.pragma('journal_mode = WAL');
    this.database.pragma('synchronous = NORMAL');
    this.database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    this.database.pragma(`cache_size = -${SERVING_CACHE_KIB}`);
  }

  get checkpoint(): Standing {
    return this.standing;
  }

  /**
   * Applies what it has not seen yet, in one transaction with its checkpoint. At an event that it cannot apply it
   * keeps those before, records where and why it stopped, and takes nothing more until `retry`.
   */
  apply(events: readonly ArrivedEvent[]): void {
    if (this.standing.stopped !== null) return;
    const fresh = events.filter(({ position }) => position > this.standing.position);
    if (fresh.length === 0) return;
    const failure = this.attempt(fresh, null);
    if (failure === undefined) return;
    const again = this.attempt(fresh.slice(0, failure.index), failure.stopped);
    if (again !== undefined) {
      throw new Error(
        `${this.model.name} applied event ${again.stopped.eventId} once and not again: ${again.stopped.message}`,
      );
    }
  }

  /** Forgets why it stopped, so that the next batch is tried again. */
  retry(): void {
    const standing = { ...this.standing, stopped: null };
    this.database.transaction(() => this.checkpoints.write(standing)).immediate();
    this.standing = standing;
  }

  contentDigests(): readonly TableDigest[] {
    return contentDigests(this.database);
  }

  close(): void {
    this.database.close();
  }

  private attempt(events: readonly ArrivedEvent[], stopped: Stopped | null): Failure | undefined {
    this.database.exec('BEGIN IMMEDIATE');
    let committed = false;
    try {
      const applied = this.applyEach(events);
      if ('failure' in applied) return applied.failure;
      this.projection.flush();
      const standing = { ...applied, stopped };
      this.checkpoints.write(standing);
      this.database.exec('COMMIT');
      this.standing = standing;
      committed = true;
      return undefined;
    } finally {
      if (!committed) this.rollBack();
    }
  }

  private applyEach(
    events: readonly ArrivedEvent[],
  ): { position: number; sequence: number } | { failure: Failure } {
    let { position, sequence } = this.standing;
    for (const [index, arrivedEvent] of events.entries()) {
      position = arrivedEvent.position;
      if (!arrivedEvent.isInSequence) continue;
      sequence += 1;
      try {
        arrivedEvent.checkType();
        applyEvent(this.projection, arrivedEvent, { sequence, position });
      } catch (error) {
        return { failure: { index, stopped: stoppedAt(arrivedEvent, sequence, error) } };
      }
    }
    return { position, sequence };
  }

  /** What the projection remembers was never committed, so it starts from the tables again. */
  private rollBack(): void {
    if (this.database.inTransaction) this.database.exec('ROLLBACK');
    this.projection = this.model.open(tablesOf(this.database));
  }
}

function stoppedAt(event: ArrivedEvent, sequence: number, error: unknown): Stopped {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    position: event.position,
    sequence,
    eventId: event.eventId,
    message: message.slice(0, MESSAGE_CHARACTERS_MAX),
  };
}
