import Database from 'better-sqlite3';
import type { ReadModel } from '../../projections/read-model.js';
import type { EventStore } from '../event-store/event-store.js';
import { largeBatches } from './batches.js';
import type { Standing } from './checkpoint.js';
import { CheckpointTable } from './checkpoint.js';
import type { TableDigest } from './content-digest.js';
import { contentDigests } from './content-digest.js';
import { ModelDirectory } from './model-directory.js';
import { ModelFile } from './model-file.js';
import type { BuildProgress } from './progress.js';
import { ReadModelMissing } from './read-model-missing.js';

export interface VerifiedTable {
  readonly table: string;
  readonly equal: boolean;
  readonly liveRows: number;
  readonly rebuiltRows: number;
}

/** Whether a read model holds what the ledger makes of it. */
export interface Verification {
  readonly model: string;
  /** Up to where it was compared. */
  readonly sequence: number;
  readonly equal: boolean;
  readonly tables: readonly VerifiedTable[];
}

export interface VerifyWork {
  readonly store: EventStore;
  /** Of the read models. */
  readonly directory: string;
  readonly model: ReadModel;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/**
 * Compares the model that serves with one made from nothing up to the same event, table by table. It may be done while
 * the model is at work: its content is read first, in one snapshot.
 * @throws ReadModelMissing before its first build
 */
export async function verify(work: VerifyWork): Promise<Verification> {
  const { model } = work;
  const directory = new ModelDirectory(work.directory);
  const file = directory.current(model);
  if (file === undefined) throw new ReadModelMissing(model.name);
  const live = readLive(file);
  const rebuilt = await buildUntil(work, live.checkpoint);
  const tables = compare(live.digests, rebuilt);
  return {
    model: model.name,
    sequence: live.checkpoint.sequence,
    equal: tables.every(({ equal }) => equal),
    tables,
  };
}

function readLive(file: string): { checkpoint: Standing; digests: readonly TableDigest[] } {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return database.transaction(() => ({
      checkpoint: new CheckpointTable(database).read(),
      digests: contentDigests(database),
    }))();
  } finally {
    database.close();
  }
}

async function buildUntil(work: VerifyWork, until: Standing): Promise<readonly TableDigest[]> {
  const build = ModelFile.createTemporary(work.model);
  try {
    for await (const batch of largeBatches(work.store, build.checkpoint.position, undefined)) {
      build.apply(batch.filter(({ position }) => position <= until.position));
      work.onProgress?.({ model: work.model.name, ...build.checkpoint });
      if (build.checkpoint.position >= until.position || build.checkpoint.stopped !== null) break;
    }
    return build.contentDigests();
  } finally {
    build.close();
  }
}

function compare(live: readonly TableDigest[], rebuilt: readonly TableDigest[]): VerifiedTable[] {
  const made = new Map(rebuilt.map((digest) => [digest.table, digest]));
  return live.map(({ table, rows, sha256 }) => {
    const other = made.get(table);
    return { table, equal: other?.sha256 === sha256, liveRows: rows, rebuiltRows: other?.rows ?? 0 };
  });
}
