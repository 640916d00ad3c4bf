import type { CardKey } from '../../domain/key-file/classify.js';
import { KeyFileReader } from '../../domain/key-file/key-file-reader.js';
import type { ExpiryRun, KeysRegistered, LineRun } from '../../domain/key-registry/events.js';
import { CHUNK_KEYS_MAX } from '../custody/lot-cipher.js';
import type { ReadPlan } from './import-planner.js';
import type { LotSealer } from './lot-sealer.js';

/** A planned file that reads otherwise when it is sealed. */
export class KeyFileChanged extends Error {
  override readonly name = 'KeyFileChanged';

  constructor(name: string) {
    super(`${name} changed while it was imported; leave it alone and import it again`);
  }
}

interface SealedLot {
  readonly lotId: string;
  readonly attempt: string;
  /** The first serial to seal: 1, or where an interrupted import stopped. */
  readonly fromSerial: number;
}

interface AcceptedKey {
  readonly line: number;
  readonly key: CardKey;
}

/** How many chunks are being sealed ahead of the one that is recorded. */
const CHUNKS_AHEAD = 8;

/** Reads a planned file again and seals its accepted keys in chunks of 500, always cut at the same serials. */
export async function* sealChunks(
  plan: ReadPlan,
  lot: SealedLot,
  sealer: LotSealer,
): AsyncGenerator<KeysRegistered['payload']> {
  const ahead: Promise<KeysRegistered['payload']>[] = [];
  for await (const chunk of chunksOf(plan)) {
    if (chunk.firstSerial < lot.fromSerial) continue;
    const sealed = sealChunk(plan, lot, sealer, chunk);
    // Who waits for it is told; where nobody does any more, the import has failed for another reason.
    sealed.catch(() => undefined);
    ahead.push(sealed);
    if (ahead.length > CHUNKS_AHEAD) yield await (ahead.shift() as Promise<KeysRegistered['payload']>);
  }
  for (const sealed of ahead) yield await sealed;
}

async function* chunksOf(plan: ReadPlan): AsyncGenerator<Chunk> {
  let firstSerial = 1;
  let waiting: AcceptedKey[] = [];
  for await (const accepted of acceptedKeys(plan)) {
    waiting.push(...accepted);
    while (waiting.length >= CHUNK_KEYS_MAX) {
      yield { firstSerial, keys: waiting.slice(0, CHUNK_KEYS_MAX) };
      waiting = waiting.slice(CHUNK_KEYS_MAX);
      firstSerial += CHUNK_KEYS_MAX;
    }
  }
  if (firstSerial + waiting.length !== plan.counts.accepted + 1) throw new KeyFileChanged(plan.file.name);
  if (waiting.length > 0) yield { firstSerial, keys: waiting };
}

async function* acceptedKeys(plan: ReadPlan): AsyncGenerator<AcceptedKey[]> {
  const { source, format, receivedAt } = plan.request;
  const reader = new KeyFileReader({ format, encoding: plan.encoding, receivedAt });
  const accepted = (lines: ReturnType<KeyFileReader['read']>): AcceptedKey[] =>
    lines.flatMap((line) => (line.kind === 'key' && plan.accepted.isMarked(line.line) ? [line] : []));
  for await (const piece of source.open()) yield accepted(reader.read(piece));
  yield accepted(reader.end());
}

interface Chunk {
  readonly firstSerial: number;
  readonly keys: readonly AcceptedKey[];
}

async function sealChunk(
  plan: ReadPlan,
  lot: SealedLot,
  sealer: LotSealer,
  chunk: Chunk,
): Promise<KeysRegistered['payload']> {
  const { firstSerial, keys } = chunk;
  const { count, ciphertext, commitment } = await sealer.seal(
    firstSerial,
    keys.map(({ key: { number, secret } }) => ({ number, secret })),
  );
  return {
    attempt: lot.attempt,
    lotId: lot.lotId,
    firstSerial,
    count,
    fingerprints: plan.fingerprints.slice(firstSerial, count).toString('base64'),
    ciphertext,
    commitment,
    lineRuns: lineRunsOf(chunk),
    expiryRuns: expiryRunsOf(chunk),
  };
}

function lineRunsOf({ firstSerial, keys }: Chunk): LineRun[] {
  const runs: [number, number, number][] = [];
  for (const [index, { line }] of keys.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + last[2] === line) last[2] += 1;
    else runs.push([firstSerial + index, line, 1]);
  }
  return runs;
}

function expiryRunsOf({ firstSerial, keys }: Chunk): ExpiryRun[] {
  const runs: [number, number, string | null][] = [];
  for (const [index, { key }] of keys.entries()) {
    const last = runs.at(-1);
    if (last?.[2] === key.expiresOn) last[1] += 1;
    else runs.push([firstSerial + index, 1, key.expiresOn]);
  }
  return runs;
}
