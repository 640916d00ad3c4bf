import { encodeBase64 } from './base64.js';
import { checkCount, readDecimal } from './decimal.js';
import { Malformed } from './malformed.js';
import { PROOF_HASHES_MAX, readProofHashes } from './tlog-proof.js';

/** What a witness is asked: to cosign a checkpoint that continues the one it knows (C2SP tlog-witness v1.0.0). */
export interface AddCheckpoint {
  /** Of the checkpoint that the witness cosigned last; 0 before the first. */
  readonly oldSize: number;
  /** That the checkpoint's tree begins with the one of the old size; empty for an old size of 0. */
  readonly proof: readonly Buffer[];
  /** The signed note. */
  readonly checkpoint: string;
}

/** What a witness answers where the old size is not the one that it knows. */
export const SIZE_CONTENT_TYPE = 'text/x.tlog.size';

/** @throws RangeError for what no request can say */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  if (proof.length > PROOF_HASHES_MAX)
    throw new RangeError(`a consistency proof has at most ${PROOF_HASHES_MAX} hashes, not ${proof.length}`);
  const lines = [`old ${checkCount(oldSize, "a tree's size")}`, ...proof.map(encodeBase64)];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a request without judging its checkpoint. @throws Malformed */
export function readAddCheckpoint(body: string): AddCheckpoint {
  const blank = body.indexOf('\n\n');
  if (blank < 0)
    throw new Malformed('the request is its old size, proof lines, a blank line and a checkpoint');
  const [first = '', ...hashes] = body.slice(0, blank).split('\n');
  if (!first.startsWith('old ')) throw new Malformed('the request begins with "old" and a size');
  return {
    oldSize: readDecimal(first.slice('old '.length), 'the old size'),
    proof: readProofHashes(hashes),
    checkpoint: body.slice(blank + 2),
  };
}
