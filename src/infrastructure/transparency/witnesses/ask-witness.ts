import { formatAddCheckpoint, SIZE_CONTENT_TYPE } from '../../../proof/add-checkpoint.js';
import { cosignedAtSeconds } from '../../../proof/cosignature.js';
import { readDecimal } from '../../../proof/decimal.js';
import { identityOf, readSignatureLine, signatureLine, type Verifier } from '../../../proof/note.js';

/** The most bytes of an answer that are read. */
const ANSWER_BYTES_MAX = 64 * 1024;
const REASON_CHARACTERS_MAX = 200;

/** A checkpoint that witnesses are to cosign. */
export interface CheckpointToCosign {
  /** The note's text, which is what a witness signs. */
  readonly text: string;
  readonly size: number;
  /** As the log has signed it. */
  readonly note: string;
  /** That the checkpoint's tree continues the one of an older size, which is not 0. @throws RangeError */
  consistencyProof(oldSize: number): readonly Buffer[];
}

export interface AskedWitness {
  readonly verifier: Verifier;
  /** What paths are put behind: the specification's submission prefix. */
  readonly url: string;
}

/** A witness does not cosign; the message says why. */
export class WitnessDeclined extends Error {
  override readonly name = 'WitnessDeclined';
}

/**
 * Asks one witness. One that knows another size than was thought is asked once more, from the size that it names.
 * @param oldSize that it is thought to know
 * @returns its cosignature lines, verified
 * @throws WitnessDeclined, or what went wrong on the way
 */
export async function askWitness(
  witness: AskedWitness,
  checkpoint: CheckpointToCosign,
  { oldSize, signal }: { readonly oldSize: number; readonly signal: AbortSignal },
): Promise<string[]> {
  const first = await post(witness, bodyFor(checkpoint, oldSize), signal);
  if (first.status !== 409) return cosignaturesOf(witness, checkpoint, first);
  const known = knownSize(first);
  if (known > checkpoint.size) {
    throw new WitnessDeclined(
      `it has cosigned a tree of size ${known}, beyond this one of ${checkpoint.size}: another instance is ahead, or ` +
        'this ledger was put back to an older state',
    );
  }
  return cosignaturesOf(witness, checkpoint, await post(witness, bodyFor(checkpoint, known), signal));
}

function bodyFor(checkpoint: CheckpointToCosign, oldSize: number): string {
  const from = Math.min(oldSize, checkpoint.size);
  const proof = from === 0 ? [] : checkpoint.consistencyProof(from);
  return formatAddCheckpoint({ oldSize: from, proof, checkpoint: checkpoint.note });
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

async function post({ url }: AskedWitness, body: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    redirect: 'error',
    signal,
  });
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, body: await bounded(response) };
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > ANSWER_BYTES_MAX) throw new WitnessDeclined(`its answer exceeds ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function knownSize({ contentType, body }: Answer): number {
  if (contentType.split(';')[0]?.trim() !== SIZE_CONTENT_TYPE || !body.endsWith('\n'))
    throw new WitnessDeclined('it knows another size and does not say which');
  return readDecimal(body.slice(0, -1), 'the size that the witness knows');
}

/** Lines of other keys are ignored, as the specification says. */
function cosignaturesOf({ verifier }: AskedWitness, { text }: CheckpointToCosign, answer: Answer): string[] {
  if (answer.status !== 200)
    throw new WitnessDeclined(`it answered ${answer.status}: ${excerpt(answer.body)}`);
  if (!answer.body.endsWith('\n')) throw new WitnessDeclined('its answer is no signature line');
  const own = answer.body
    .slice(0, -1)
    .split('\n')
    .map(readSignatureLine)
    .filter((signature) => identityOf(signature) === identityOf(verifier));
  if (own.length === 0)
    throw new WitnessDeclined('its answer holds no signature of the key that it is known by');
  for (const signature of own) {
    if (!verifier.verify(text, signature.signature))
      throw new WitnessDeclined('its cosignature is not of this checkpoint');
    if (cosignedAtSeconds(signature) === 0) throw new WitnessDeclined('its cosignature has no time');
  }
  return own.map(signatureLine);
}

function excerpt(body: string): string {
  return JSON.stringify(body.slice(0, REASON_CHARACTERS_MAX).trim());
}
