import { setImmediate as turn } from 'node:timers/promises';
import { parseKeyId } from '../../domain/shared/identifiers.js';
import { parseInstant } from '../../domain/shared/time.js';
import { readCheckpoint, type Checkpoint } from '../../proof/checkpoint.js';
import { encodeBase64 } from '../../proof/base64.js';
import type { EvidenceAnswers } from '../../proof/evidence/answers.js';
import { answersText } from '../../proof/evidence/answers-text.js';
import { consistencyText, eventLine, inclusionLine } from '../../proof/evidence/lines.js';
import {
  EVIDENCE_FORMAT,
  LEAVES_FOLDER,
  manifestText,
  PACK_FILES,
  type Manifest,
} from '../../proof/evidence/manifest.js';
import type { EvidenceQuestion } from '../../proof/evidence/question.js';
import { renderReport } from '../../proof/evidence/report/report.js';
import { readNote } from '../../proof/note.js';
import { encodeEntries, TILE_HASHES, tilePath } from '../../proof/tiles.js';
import { answersOf, documentsOf } from './answers.js';
import { EvidenceCollector } from './collect.js';
import { EvidenceFacts } from './facts.js';
import { InclusionProver } from './inclusion-prover.js';
import { secretText, type KeySecret } from './key-secret.js';
import { LedgerReader, type ReadEvent } from './ledger-reader.js';
import type { PackFolder } from './pack-folder.js';
import { EvidenceRefused, type BuildSurroundings, type EvidenceSources } from './ports.js';

export interface EvidenceRequest {
  readonly question: EvidenceQuestion;
  /** A signed checkpoint to build for, as a note. Undefined: that of `checkpointSize`, or the latest. */
  readonly checkpoint?: string | undefined;
  readonly checkpointSize?: number | undefined;
  /** An older signed checkpoint that the auditor holds, as a note. */
  readonly oldCheckpoint?: string | undefined;
  /** Puts every leaf's entry up to the checkpoint into the pack: who has it can see that nothing is missing. */
  readonly leaves: boolean;
  /** Of the one key that is asked about: only for its holder. */
  readonly secret?: KeySecret | undefined;
}

export interface BuiltEvidence {
  readonly manifest: Manifest;
  readonly events: number;
}

const EVENTS_A_TURN = 200;

/**
 * Writes the pack that answers a question: the same bytes whenever it is built for the same question and checkpoint.
 * @throws EvidenceRefused
 */
export async function buildEvidence(
  sources: EvidenceSources,
  request: EvidenceRequest,
  folder: PackFolder,
  surroundings: BuildSurroundings = {},
): Promise<BuiltEvidence> {
  const { question } = request;
  requireAskable(question);
  const checkpoint = await checkpointOf(sources, request);
  const reader = new LedgerReader(sources, checkpoint.size, surroundings);
  const events = await new EvidenceCollector(sources, reader).collect(question);
  const facts = new EvidenceFacts();
  for (const event of events) facts.apply(event);
  const answers = answersOf(question, facts, checkpoint.size);
  requireAnswered(answers, checkpoint.size);
  const step = (done: number, name: 'proving' | 'writing') =>
    surroundings.onProgress?.({ step: name, done, total: events.length });
  await folder.write(PACK_FILES.checkpoint, [checkpoint.note]);
  await folder.write(PACK_FILES.vkeys, [await sources.checkpoints.vkeys()]);
  await folder.write(PACK_FILES.policy, [await sources.checkpoints.policy()]);
  await folder.write(
    PACK_FILES.events,
    lines(
      events,
      ({ pack }) => eventLine(pack),
      (done) => step(done, 'writing'),
    ),
  );
  const prover = new InclusionProver(sources.tree, checkpoint.size);
  const proofOf = ({ sequence }: ReadEvent) =>
    inclusionLine({ index: sequence - 1, hashes: prover.proof(sequence - 1) });
  await folder.write(
    PACK_FILES.proofs,
    lines(events, proofOf, (done) => step(done, 'proving')),
  );
  await writeConsistency(sources, request, checkpoint, folder);
  if (request.secret !== undefined)
    await folder.write(PACK_FILES.key, [secretText(request.secret, facts, question)]);
  if (request.leaves) await writeLeaves(sources, checkpoint.size, folder);
  surroundings.onProgress?.({ step: 'answering', done: events.length, total: events.length });
  const documents = documentsOf(answers, facts);
  await folder.write(PACK_FILES.answers, [answersText(answers)]);
  await folder.write(PACK_FILES.documents, [answersText(documents)]);
  const manifest: Omit<Manifest, 'files'> = {
    format: EVIDENCE_FORMAT,
    ledgerId: answers.ledger.ledgerId,
    origin: checkpoint.origin,
    question,
    checkpoint: { size: checkpoint.size, root: encodeBase64(checkpoint.root) },
    completeness: request.leaves ? 'proved' : 'genuine',
  };
  const records = events.map(({ pack }) => pack);
  await folder.write(PACK_FILES.report, [renderReport({ manifest, answers, documents, events: records })]);
  const whole: Manifest = { ...manifest, files: folder.files() };
  await folder.write(PACK_FILES.manifest, [manifestText(whole)]);
  return { manifest: whole, events: events.length };
}

function requireAskable(question: EvidenceQuestion): void {
  if (question.kind === 'period') {
    const [from, to] = [parseInstant(question.from), parseInstant(question.to)];
    if (from === undefined || to === undefined || from >= to)
      throw new EvidenceRefused('unknown_subject', 'a period is from one RFC 3339 time to a later one');
  }
  if (question.kind === 'key' && parseKeyId(question.keyId) === undefined)
    throw new EvidenceRefused('unknown_subject', `${question.keyId} is no key's id, such as LOT-0001-000042`);
}

function requireAnswered({ question, lots, keys }: EvidenceAnswers, size: number): void {
  const subject =
    question.kind === 'lot' ? question.lotId : question.kind === 'key' ? question.keyId : undefined;
  if (subject === undefined) return;
  const serial = question.kind === 'key' ? (parseKeyId(question.keyId)?.serial ?? 0) : 1;
  const [lot] = lots;
  if (lot !== undefined && keys.length > 0 && serial <= lot.accepted) return;
  throw new EvidenceRefused(
    'unknown_subject',
    `the ledger knows no ${subject} as of sequence ${size}; check the id`,
  );
}

/** @throws EvidenceRefused where there is none, or the tree is another than the one that it was signed for */
async function checkpointOf(
  { checkpoints, tree }: EvidenceSources,
  { checkpoint, checkpointSize }: EvidenceRequest,
): Promise<Checkpoint & { readonly note: string }> {
  const note = checkpoint ?? (await signedNote(checkpoints, checkpointSize));
  const signed = failing('the checkpoint', () => readCheckpoint(readNote(note).text));
  if (signed.size > tree.size()) {
    const message = `the tree has not come to size ${signed.size} yet; ask again in a moment`;
    throw new EvidenceRefused('no_checkpoint', message);
  }
  if (tree.rootAt(signed.size).equals(signed.root)) return { ...signed, note };
  const message = `the checkpoint of size ${signed.size} is not of this history: somebody rewrote one of them`;
  throw new EvidenceRefused('no_checkpoint', message);
}

async function signedNote(checkpoints: EvidenceSources['checkpoints'], size?: number): Promise<string> {
  const signed = size === undefined ? await checkpoints.latest() : await checkpoints.at(size);
  if (signed !== undefined) return signed.note;
  const which = size === undefined ? 'no checkpoint yet' : `no checkpoint of size ${size} that is at hand`;
  throw new EvidenceRefused(
    'no_checkpoint',
    `the ledger has signed ${which}; give a signed checkpoint as a file, or ask for the latest`,
  );
}

function failing<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EvidenceRefused('no_checkpoint', `${what} is no signed checkpoint: ${reason}`);
  }
}

async function* lines(
  events: readonly ReadEvent[],
  lineOf: (event: ReadEvent) => string,
  onDone: (done: number) => void,
): AsyncGenerator<string> {
  for (let at = 0; at < events.length; at += EVENTS_A_TURN) {
    yield events
      .slice(at, at + EVENTS_A_TURN)
      .map((event) => `${lineOf(event)}\n`)
      .join('');
    onDone(Math.min(events.length, at + EVENTS_A_TURN));
    await turn();
  }
}

/** Refused where the older checkpoint is not of this history: its holder must know before anything else. */
async function writeConsistency(
  { tree }: EvidenceSources,
  { oldCheckpoint }: EvidenceRequest,
  checkpoint: Checkpoint,
  folder: PackFolder,
): Promise<void> {
  if (oldCheckpoint === undefined) return;
  const old = failing('the older checkpoint', () => readCheckpoint(readNote(oldCheckpoint).text));
  if (old.origin !== checkpoint.origin)
    throw new EvidenceRefused(
      'no_checkpoint',
      `the older checkpoint is of ${old.origin}, not of ${checkpoint.origin}`,
    );
  if (old.size === 0 || old.size > checkpoint.size) {
    const message = `the older checkpoint is of size ${old.size}; it must be from 1 to the pack's ${checkpoint.size}`;
    throw new EvidenceRefused('no_checkpoint', message);
  }
  if (!tree.rootAt(old.size).equals(old.root)) {
    const message = `the older checkpoint of size ${old.size} is not of this history: somebody rewrote one of them`;
    throw new EvidenceRefused('no_checkpoint', message);
  }
  const hashes = old.size === checkpoint.size ? [] : tree.consistencyProof(old.size, checkpoint.size);
  await folder.write(PACK_FILES.consistency, [consistencyText({ oldCheckpoint, hashes })]);
}

async function writeLeaves({ tree }: EvidenceSources, size: number, folder: PackFolder): Promise<void> {
  for (let first = 0; first < size; first += TILE_HASHES) {
    const width = Math.min(TILE_HASHES, size - first);
    const path = `${LEAVES_FOLDER}${tilePath('entries', first / TILE_HASHES, width)}`;
    await folder.write(path, [encodeEntries(tree.entries(first, width))]);
  }
}
