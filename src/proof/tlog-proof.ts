import { decodeBase64, encodeBase64 } from './base64.js';
import { checkCount, readDecimal } from './decimal.js';
import { HASH_BYTES } from './hashes.js';
import { Malformed } from './malformed.js';
import { readCheckpoint } from './checkpoint.js';
import { readNote } from './note.js';

/** That one leaf stands in a log, to be checked without the log (C2SP tlog-proof). */
export interface TlogProof {
  /** Of the leaf, from 0. */
  readonly index: number;
  /** The leaf's sibling first. */
  readonly proof: readonly Buffer[];
  /** The signed checkpoint as it was issued, with its signature lines. */
  readonly checkpoint: string;
  /** Nothing vouches for it. */
  readonly extra?: Buffer;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** A tree's height is below 64. */
export const PROOF_HASHES_MAX = 63;

/** @throws RangeError or Malformed for what is no proof */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  if (proof.length > PROOF_HASHES_MAX || proof.some(({ length }) => length !== HASH_BYTES))
    throw new RangeError(
      `an inclusion proof is at most ${PROOF_HASHES_MAX} hashes of ${HASH_BYTES} bytes each`,
    );
  readCheckpoint(readNote(checkpoint).text);
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]),
    `index ${checkCount(index, "a leaf's index")}`,
    ...proof.map(encodeBase64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a proof without verifying it: see `verifyInclusion`, and the checkpoint's signatures. @throws Malformed */
export function readTlogProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw new Malformed('a tlog-proof is its lines, a blank line and a signed checkpoint');
  const checkpoint = text.slice(blank + 2);
  const { size } = readCheckpoint(readNote(checkpoint).text);
  const [first, ...lines] = text.slice(0, blank).split('\n');
  if (first !== FIRST_LINE) throw new Malformed(`a tlog-proof begins with the line ${FIRST_LINE}`);
  const extra = valueOf(lines[0], 'extra');
  const [indexLine, ...hashes] = extra === undefined ? lines : lines.slice(1);
  const indexText = valueOf(indexLine, 'index');
  if (indexText === undefined) throw new Malformed('the tlog-proof has no index line');
  const index = readDecimal(indexText, "the leaf's index");
  if (index >= size) throw new Malformed(`leaf ${index} is not in the checkpoint's tree of size ${size}`);
  return {
    index,
    proof: readProofHashes(hashes),
    checkpoint,
    ...(extra === undefined ? {} : { extra: decodeBase64(extra, 'the extra data') }),
  };
}

/** A proof's hashes, one a line. @throws Malformed */
export function readProofHashes(lines: readonly string[]): Buffer[] {
  if (lines.length > PROOF_HASHES_MAX)
    throw new Malformed(`a proof has at most ${PROOF_HASHES_MAX} hashes, not ${lines.length}`);
  return lines.map((line, at) => {
    const hash = decodeBase64(line, `hash ${at} of the proof`);
    if (hash.length !== HASH_BYTES) throw new Malformed(`hash ${at} of the proof has ${hash.length} bytes`);
    return hash;
  });
}

function valueOf(line: string | undefined, key: string): string | undefined {
  return line?.startsWith(`${key} `) === true ? line.slice(key.length + 1) : undefined;
}
