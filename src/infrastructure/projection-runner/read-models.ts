import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { ReadModel } from '../../projections/read-model.js';
import type { ReadModelName, ReadModelQueries } from '../../projections/registry.js';
import { READ_MODEL_NAMES, readModels } from '../../projections/registry.js';
import type { Checkpoint, Standing, Stopped } from './checkpoint.js';
import { CheckpointTable } from './checkpoint.js';
import { ModelDirectory } from './model-directory.js';
import type { ModelStatus, Progress } from './progress.js';
import { ReadModelMissing } from './read-model-missing.js';
import { tablesOf } from './tables.js';
import { Waiters } from './waiters.js';

export { ReadModelMissing };

/** An answer, with how much of the ledger it knows of. */
export interface Answer<Value> extends Checkpoint {
  readonly value: Value;
  /** Of the models that were asked, those that stopped: they know nothing of what came later. */
  readonly stopped: readonly (Stopped & { readonly model: string })[];
}

/** A build that serves, open for reading. */
interface OpenModel {
  readonly database: Database.Database;
  readonly checkpoints: CheckpointTable;
  readonly queries: ReadModelQueries[ReadModelName];
  /** Which pointer it was opened by. */
  readonly pointer: string;
}

const BUSY_TIMEOUT_MS = 2000;

/** Asks read models that somebody else keeps up to date: a worker thread, another process, or nobody any more. */
export class ReadModels {
  private readonly directory: ModelDirectory;
  private readonly open = new Map<ReadModelName, OpenModel>();
  private readonly waiters: Waiters;

  /**
   * @param directory of the read models
   * @param onWaiting called when somebody begins to wait for them to come further
   */
  constructor(directory: string, onWaiting: () => void = () => undefined) {
    this.directory = new ModelDirectory(directory);
    this.waiters = new Waiters(onWaiting);
  }

  /**
   * Asks one or several models, each in one snapshot. `known.sequence` is as far as all of them have come: a question
   * over several passes it on, so that they answer about the same ledger.
   * @throws ReadModelMissing before a model's first build
   */
  read<Name extends ReadModelName, Value>(
    names: readonly Name[],
    question: (queries: Pick<ReadModelQueries, Name>, known: Checkpoint) => Value,
  ): Answer<Value> {
    const models = names.map((name) => ({ name, open: this.opened(name) }));
    const begun: Database.Database[] = [];
    try {
      const standings = models.map(({ name, open }) => {
        open.database.exec('BEGIN');
        begun.push(open.database);
        return { model: name, ...open.checkpoints.read() };
      });
      const known = leastOf(standings);
      const queries = Object.fromEntries(models.map(({ name, open }) => [name, open.queries]));
      const value = question(queries as unknown as Pick<ReadModelQueries, Name>, known);
      return { value, ...known, stopped: stoppedOf(standings) };
    } finally {
      for (const database of begun) database.exec('COMMIT');
    }
  }

  /**
   * Waits until the models have come as far as a position. False when they have not in time, or have stopped before it.
   * Somebody has to pass their progress on (`noticeProgress`).
   * @param timeoutMs at most 60,000
   * @throws TooManyWaiting
   */
  async waitFor(
    position: number,
    timeoutMs: number,
    names: readonly ReadModelName[] = READ_MODEL_NAMES,
  ): Promise<boolean> {
    const reached = await Promise.all(
      names.map((name) =>
        this.waiters.wait({ name, position, timeoutMs, standing: () => this.standing(name) }),
      ),
    );
    return reached.every(Boolean);
  }

  noticeProgress(progress: Progress): void {
    this.waiters.notice(progress);
  }

  /** How far each has come; those that are not built yet are missing. */
  status(): readonly ModelStatus[] {
    return READ_MODEL_NAMES.flatMap((name) => {
      const standing = this.standing(name);
      if (standing === undefined) return [];
      return [{ model: name, version: readModels[name].version, ...standing }];
    });
  }

  close(): void {
    this.waiters.close();
    for (const { database } of this.open.values()) database.close();
    this.open.clear();
  }

  private standing(name: ReadModelName): Standing | undefined {
    return this.openedIfThere(name)?.checkpoints.read();
  }

  private opened(name: ReadModelName): OpenModel {
    const opened = this.openedIfThere(name);
    if (opened === undefined) throw new ReadModelMissing(name);
    return opened;
  }

  /** The build that serves now: after a swap the old one is let go and the new one opened. */
  private openedIfThere(name: ReadModelName): OpenModel | undefined {
    const model: ReadModel<ReadModelQueries[ReadModelName]> = readModels[name];
    const pointer = this.identityOfPointer(model);
    const known = this.open.get(name);
    if (known !== undefined && known.pointer === pointer) return known;
    const file = this.directory.current(model);
    if (file === undefined || pointer === undefined) return undefined;
    const database = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    known?.database.close();
    const opened = {
      database,
      checkpoints: new CheckpointTable(database),
      queries: model.questions(tablesOf(database)),
      pointer,
    };
    this.open.set(name, opened);
    return opened;
  }

  private identityOfPointer(model: ReadModel): string | undefined {
    const stat = statSync(this.directory.pointer(model), { throwIfNoEntry: false, bigint: true });
    return stat === undefined ? undefined : `${stat.ino}.${stat.mtimeNs}`;
  }
}

function leastOf(standings: readonly Standing[]): Checkpoint {
  const [first, ...others] = standings;
  if (first === undefined) throw new RangeError('a question is asked of at least one read model');
  const least = others.reduce((a, b) => (b.sequence < a.sequence ? b : a), first);
  return { position: least.position, sequence: least.sequence };
}

function stoppedOf(standings: readonly (Standing & { model: string })[]): Answer<unknown>['stopped'] {
  return standings.flatMap(({ model, stopped }) => (stopped === null ? [] : [{ model, ...stopped }]));
}
