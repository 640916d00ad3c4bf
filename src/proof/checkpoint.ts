import { decodeBase64, encodeBase64 } from './base64.js';
import { checkCount, readDecimal } from './decimal.js';
import { HASH_BYTES } from './hashes.js';
import { Malformed } from './malformed.js';
import { openNote, type OpenedNote, type Verifier } from './note.js';

/** A tree's head, as its log states it. */
export interface Checkpoint {
  /** The log's name: a schema-less URL by custom. */
  readonly origin: string;
  /** How many leaves there are. */
  readonly size: number;
  readonly root: Buffer;
}

/** What a log has said beside the head: opaque. */
export interface ReadCheckpoint extends Checkpoint {
  readonly extensions: readonly string[];
}

const UNPRINTABLE = /[\0-\x1f]|\p{Surrogate}/u;

/** The text to sign (C2SP tlog-checkpoint v1.0.0). @throws RangeError for what no checkpoint can say */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || UNPRINTABLE.test(origin))
    throw new RangeError("a log's origin is one line of text, and not empty");
  if (root.length !== HASH_BYTES) throw new RangeError(`a root has ${HASH_BYTES} bytes, not ${root.length}`);
  return `${origin}\n${checkCount(size, "a tree's size")}\n${encodeBase64(root)}\n`;
}

/** Reads a checkpoint's text, without signatures. @throws Malformed */
export function readCheckpoint(text: string): ReadCheckpoint {
  const [origin, size, root, ...rest] = text.split('\n');
  if (origin === undefined || size === undefined || root === undefined || rest.pop() !== '')
    throw new Malformed('a checkpoint is origin, size and root, each a line with its newline');
  if (origin === '' || rest.includes('') || [origin, ...rest].some((line) => UNPRINTABLE.test(line)))
    throw new Malformed("a checkpoint's lines are neither empty nor with control characters");
  return {
    origin,
    size: readDecimal(size, "the checkpoint's size"),
    root: readHash(root),
    extensions: rest,
  };
}

function readHash(text: string): Buffer {
  const hash = decodeBase64(text, "the checkpoint's root");
  if (hash.length !== HASH_BYTES)
    throw new Malformed(`the checkpoint's root has ${hash.length} bytes, not ${HASH_BYTES}`);
  return hash;
}

/** A signed checkpoint that at least one known key has signed. @throws Malformed @throws UnverifiedNote */
export function openCheckpoint(
  note: Uint8Array | string,
  verifiers: readonly Verifier[],
): { readonly checkpoint: ReadCheckpoint; readonly note: OpenedNote } {
  const opened = openNote(note, verifiers);
  return { checkpoint: readCheckpoint(opened.text), note: opened };
}
