import { canonicalJson } from '../canonical-json.js';
import { Malformed } from '../malformed.js';
import { readQuestion, type EvidenceQuestion } from './question.js';

export const EVIDENCE_FORMAT = 'sourcebook-evidence@v1';

/** Where each part of a pack stands. */
export const PACK_FILES = {
  manifest: 'manifest.json',
  checkpoint: 'checkpoint',
  vkeys: 'vkeys',
  policy: 'policy',
  events: 'events.jsonl',
  proofs: 'proofs.jsonl',
  consistency: 'consistency.json',
  answers: 'answers.json',
  documents: 'documents.json',
  /** The secret half of a key's proof: only for the key's holder. */
  key: 'key.json',
  report: 'report.html',
} as const;

/** Before the path of a bundle of entries, as C2SP tlog-tiles writes it. */
export const LEAVES_FOLDER = 'leaves/';

/** `proved`: all leaves up to the checkpoint are in the pack, so that it can be seen that nothing is missing. */
export type Completeness = 'proved' | 'genuine';

export interface PackFile {
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface Manifest {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly ledgerId: string;
  readonly origin: string;
  readonly question: EvidenceQuestion;
  readonly checkpoint: {
    readonly size: number;
    /** base64. */
    readonly root: string;
  };
  readonly completeness: Completeness;
  /** All but the manifest, in the order of their paths' UTF-16 units. */
  readonly files: readonly PackFile[];
}

/** Canonical JSON and a newline. */
export function manifestText(manifest: Manifest): string {
  return `${canonicalJson(manifest)}\n`;
}

/** A manifest that is written in its one form. @throws Malformed */
export function readManifest(text: string): Manifest {
  const value = parsed(text);
  if (!isManifest(value)) throw new Malformed(`the manifest is none of ${EVIDENCE_FORMAT}`);
  const manifest: Manifest = {
    format: value.format,
    ledgerId: value.ledgerId,
    origin: value.origin,
    question: readQuestion(value.question),
    checkpoint: { size: value.checkpoint.size, root: value.checkpoint.root },
    completeness: value.completeness,
    files: value.files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
  };
  if (manifestText(manifest) !== text)
    throw new Malformed('the manifest is not written in its canonical form');
  return manifest;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed('the manifest is no JSON');
  }
}

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value) || value['format'] !== EVIDENCE_FORMAT) return false;
  const { ledgerId, origin, checkpoint, completeness, files } = value;
  const isNamed = typeof ledgerId === 'string' && typeof origin === 'string';
  const isJudged = completeness === 'proved' || completeness === 'genuine';
  return isNamed && isJudged && isHead(checkpoint) && Array.isArray(files) && files.every(isPackFile);
}

function isHead(value: unknown): boolean {
  return isObject(value) && Number.isSafeInteger(value['size']) && typeof value['root'] === 'string';
}

function isPackFile(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { path, sha256, bytes } = value;
  return typeof path === 'string' && /^[0-9a-f]{64}$/.test(String(sha256)) && Number.isSafeInteger(bytes);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
