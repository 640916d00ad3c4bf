import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isInSequence } from '../../domain/shared/identifiers.js';
import type { TransparencyQuestions } from '../../projections/transparency/questions.js';
import { eventLine } from '../../proof/evidence/lines.js';
import { encodeEntries, TILE_HASHES, tilePath, type TileLevel } from '../../proof/tiles.js';
import { START, type EventStore } from '../event-store/event-store.js';

/** The folder holds something already. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
}

export interface LogExport {
  readonly store: EventStore;
  /** Asks the tree, which has come at least as far as the checkpoint. */
  readonly ask: <Value>(question: (tree: TransparencyQuestions) => Value) => Value;
  /** Over as many events as are exported. */
  readonly checkpoint: { readonly size: number; readonly note: string };
  /** One a line. */
  readonly vkeys: string;
  readonly policy: string;
  readonly onProgress: (events: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Writes the log as a folder that needs nothing of the service: `events.jsonl` with one event of the sequence a line
 * ({sequence, stream, revision, eventId, type, data, metadata}, the texts as they were stored), `checkpoint`, `vkeys`,
 * `policy`, and `tile/…` as C2SP tlog-tiles lays them out. Secrets in it stay sealed.
 * @throws ExportRefused for a folder that holds anything
 */
export async function exportLog(folder: string, log: LogExport): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0)
    throw new ExportRefused(`${folder} holds something already; name a new folder`);
  await writeEvents(join(folder, 'events.jsonl'), log);
  writeTiles(folder, log);
  writeFileSync(join(folder, 'vkeys'), log.vkeys);
  writeFileSync(join(folder, 'policy'), log.policy);
  writeFileSync(join(folder, 'checkpoint'), log.checkpoint.note);
}

async function writeEvents(path: string, log: LogExport): Promise<void> {
  const file = openSync(path, 'wx');
  try {
    for await (const lines of linesOf(log)) writeSync(file, lines);
  } finally {
    closeSync(file);
  }
}

/** The events that the checkpoint covers, in pieces. */
async function* linesOf({ store, checkpoint, onProgress, signal }: LogExport): AsyncIterable<string> {
  let sequence = 0;
  for await (const batch of store.readAll(START, { signal })) {
    const events = batch.filter(({ stream }) => isInSequence(stream)).slice(0, checkpoint.size - sequence);
    yield events
      .map((stored, index) => `${eventLine({ ...stored, sequence: sequence + index + 1 })}\n`)
      .join('');
    sequence += events.length;
    onProgress(sequence);
    if (sequence === checkpoint.size) return;
  }
  signal.throwIfAborted();
  throw new RangeError(`the log ended at event ${sequence}, before the checkpoint's ${checkpoint.size}`);
}

function writeTiles(folder: string, { ask, checkpoint: { size } }: LogExport): void {
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_HASHES)) {
    for (const { number, width } of tilesOf(count))
      writeTile(
        folder,
        { level, number, width },
        ask((tree) => tree.tile(level, number, width)),
      );
  }
  for (const { number, width } of tilesOf(size)) {
    const entries = ask((tree) => tree.entries(number * TILE_HASHES, width));
    writeTile(folder, { level: 'entries', number, width }, encodeEntries(entries));
  }
}

function* tilesOf(count: number): Iterable<{ number: number; width: number }> {
  for (let number = 0; number * TILE_HASHES < count; number += 1)
    yield { number, width: Math.min(TILE_HASHES, count - number * TILE_HASHES) };
}

function writeTile(
  folder: string,
  { level, number, width }: { level: TileLevel; number: number; width: number },
  bytes: Buffer | undefined,
): void {
  if (bytes === undefined) throw new RangeError(`the tree has no tile ${number} of level ${level}`);
  const path = join(folder, tilePath(level, number, width));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
