import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { ReadModelName } from '../../projections/registry.js';
import { readModels } from '../../projections/registry.js';
import type { EventStore } from '../event-store/event-store.js';
import { START } from '../event-store/event-store.js';
import type { ArrivedEvent } from './arrived-event.js';
import { largeBatches } from './batches.js';
import type { Models } from './follower.js';
import { ModelFile } from './model-file.js';
import { writeAbout, writeReadme } from './replay-about.js';
import { ReplayCut, type Until } from './replay-cut.js';
import { ReplayFolder } from './replay-folder.js';
import type { Replay, ReplayedModel } from './replayed.js';

/** The replay could not come to its end; nothing of it is left. */
export class ReplayFailed extends Error {
  override readonly name = 'ReplayFailed';
}

export interface ReplayWork {
  readonly store: EventStore;
  readonly until: Until;
  /** A folder that is empty or not there. */
  readonly directory: string;
  /** Removes what was written so far. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** All of them unless told. */
  readonly models?: Models;
}

export interface ReplayProgress {
  readonly sequence: number;
  readonly position: number;
}

/**
 * Writes every read model as of a moment into a folder, each as a SQLite file for any tool, from the log alone: the
 * ledger's own read models are not read and not changed. It may be done while a service writes to the ledger.
 * @throws ReplayFolderTaken, ReplayFailed, or the signal's reason
 */
export async function replay(work: ReplayWork): Promise<Replay> {
  const folder = new ReplayFolder(work.directory);
  try {
    const replayed = await replayInto(folder.draft, work);
    work.signal.throwIfAborted();
    folder.publish();
    return replayed;
  } finally {
    folder.discard();
  }
}

async function replayInto(directory: string, work: ReplayWork): Promise<Replay> {
  const models = Object.keys(work.models ?? readModels) as ReadModelName[];
  const files = models.map((name) => ModelFile.create(readModels[name], join(directory, `${name}.sqlite`)));
  try {
    const reached = await applyUntil(files, work);
    const replayed = { ...reached, models: files.map(modelOf) };
    for (const file of files) file.close();
    for (const model of replayed.models) writeAbout(directory, model, replayed);
    writeReadme(directory, replayed);
    return replayed;
  } finally {
    for (const file of files) file.close();
  }
}

async function applyUntil(files: readonly ModelFile[], work: ReplayWork): Promise<Omit<Replay, 'models'>> {
  const { store, until, signal, onProgress = () => undefined } = work;
  const cut = new ReplayCut(until);
  let ledger: Replay['ledger'] = null;
  for await (const batch of largeBatches(store, START, signal)) {
    const taken = cut.take(batch);
    for (const file of files) applyTo(file, taken);
    ledger ??= foundedIn(taken);
    onProgress({ sequence: cut.sequence, position: taken.at(-1)?.position ?? START });
    // An interruption is heard between two batches.
    await breathe();
    if (cut.isReached || signal.aborted) break;
  }
  signal.throwIfAborted();
  requireReached(cut, until);
  return { ledger, sequence: cut.sequence, ...lastOf(cut) };
}

function requireReached({ sequence }: ReplayCut, until: Until): void {
  if (until.kind !== 'sequence' || sequence === until.sequence) return;
  throw new ReplayFailed(`the ledger has ${sequence} events so far, not ${until.sequence}`);
}

function lastOf({ last }: ReplayCut): Pick<Replay, 'lastEventId' | 'recordedAt'> {
  if (last === undefined) return { lastEventId: null, recordedAt: null };
  return { lastEventId: last.eventId, recordedAt: last.context().recordedAt };
}

function applyTo(file: ModelFile, events: readonly ArrivedEvent[]): void {
  file.apply(events);
  const { stopped } = file.checkpoint;
  if (stopped === null) return;
  const at = `event ${stopped.eventId} (sequence ${stopped.sequence})`;
  throw new ReplayFailed(`${file.model.name} cannot apply ${at}: ${stopped.message}`);
}

function foundedIn(events: readonly ArrivedEvent[]): Replay['ledger'] {
  for (const arrived of events) {
    if (arrived.type !== 'LedgerFounded') continue;
    const { event } = arrived.event();
    if (event.type !== 'LedgerFounded') continue;
    const { ledgerId, origin } = event.payload;
    return { ledgerId, origin };
  }
  return null;
}

function modelOf(file: ModelFile): ReplayedModel {
  const { name, version } = file.model;
  const tables = file.contentDigests();
  const lines = tables.map(({ table, rows, sha256 }) => `${table} ${rows} ${sha256}\n`);
  const sha256 = createHash('sha256').update(lines.join('')).digest('hex');
  return { model: name, version, file: `${name}.sqlite`, tables, sha256 };
}
