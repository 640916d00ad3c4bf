import { readCheckpoint } from '../../../proof/checkpoint.js';
import { readWitnessVkey } from '../../../proof/cosignature.js';
import { readNote, type Verifier } from '../../../proof/note.js';
import { askWitness } from './ask-witness.js';

/** Where a witness is and by which key it is known. */
export interface WitnessAddress {
  /** What `/add-checkpoint` is put behind. */
  readonly url: string;
  /** Of signature type 0x04. */
  readonly vkey: string;
}

export interface CosignatureRequest {
  /** The checkpoint as the log has signed it. */
  readonly note: string;
  /** The size that a witness is thought to know; 0 where nothing is thought. */
  oldSizeOf(witness: Pick<Verifier, 'name' | 'keyId'>): number;
  /** @throws RangeError where there is none */
  consistencyProof(oldSize: number, newSize: number): readonly Buffer[];
  /** For each witness, both attempts together. */
  readonly timeoutMs: number;
}

export interface WitnessFailure {
  readonly witness: WitnessAddress;
  readonly reason: string;
}

export interface CollectedCosignatures {
  /** Verified, each with its newline, in the order of the witnesses. */
  readonly lines: readonly string[];
  /** The witnesses that cosigned: they know the checkpoint's size now. */
  readonly cosigned: readonly WitnessAddress[];
  readonly failures: readonly WitnessFailure[];
}

/** The most witnesses that are asked. */
export const WITNESSES_MAX = 32;

/**
 * Asks all witnesses at once to cosign a checkpoint. One that does not answer, or answers wrongly, is told among the
 * failures and keeps nobody else's cosignature from being returned.
 * @throws Malformed for a note that is no signed checkpoint
 */
export async function collectCosignatures(
  witnesses: readonly WitnessAddress[],
  request: CosignatureRequest,
): Promise<CollectedCosignatures> {
  if (witnesses.length > WITNESSES_MAX)
    throw new RangeError(`at most ${WITNESSES_MAX} witnesses are asked, not ${witnesses.length}`);
  const { text } = readNote(request.note);
  const { size } = readCheckpoint(text);
  const checkpoint = {
    text,
    size,
    note: request.note,
    consistencyProof: (oldSize: number) => request.consistencyProof(oldSize, size),
  };
  const answers = await Promise.allSettled(
    witnesses.map(async ({ url, vkey }) => {
      const verifier = readWitnessVkey(vkey);
      const signal = AbortSignal.timeout(request.timeoutMs);
      return askWitness({ url, verifier }, checkpoint, { oldSize: request.oldSizeOf(verifier), signal });
    }),
  );
  return sorted(witnesses, answers);
}

function sorted(
  witnesses: readonly WitnessAddress[],
  answers: readonly PromiseSettledResult<string[]>[],
): CollectedCosignatures {
  const lines: string[] = [];
  const cosigned: WitnessAddress[] = [];
  const failures: WitnessFailure[] = [];
  answers.forEach((answer, at) => {
    const witness = witnesses[at] as WitnessAddress;
    if (answer.status === 'fulfilled') {
      lines.push(...answer.value);
      cosigned.push(witness);
    } else failures.push({ witness, reason: reasonOf(answer.reason) });
  });
  return { lines, cosigned, failures };
}

/** `fetch` tells what happened in the error's cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = Object(error) as { message?: unknown; cause?: unknown };
  if (typeof message !== 'string') return String(error);
  return cause === undefined ? message : `${message}: ${reasonOf(cause)}`;
}
