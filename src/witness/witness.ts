import { readAddCheckpoint, SIZE_CONTENT_TYPE, type AddCheckpoint } from '../proof/add-checkpoint.js';
import { readCheckpoint, type Checkpoint } from '../proof/checkpoint.js';
import type { CosignatureSigner } from '../proof/cosignature.js';
import { EMPTY_ROOT } from '../proof/hashes.js';
import { Malformed } from '../proof/malformed.js';
import { verifyConsistency } from '../proof/merkle-proof.js';
import { UnverifiedNote, openNote, readNote, signatureLine, type OpenedNote } from '../proof/note.js';
import type { Recorded, StateDirectory } from './state-directory.js';
import type { WitnessedLog } from './witnessed-log.js';

/** An answer of the protocol (C2SP tlog-witness v1.0.0). */
export interface WitnessAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface WitnessSurroundings {
  readonly signer: CosignatureSigner;
  readonly logs: readonly WitnessedLog[];
  readonly state: StateDirectory;
  /** Since the epoch. */
  readonly nowSeconds: () => number;
  /** What the witness's operator must hear of: a log that does not continue what it said. */
  readonly alarm: (message: string) => void;
}

/** A checkpoint that its log has signed, beside what is recorded of the log. */
interface Claim extends AddCheckpoint {
  readonly log: WitnessedLog;
  readonly head: Checkpoint;
  readonly opened: OpenedNote;
  readonly recorded: Recorded | undefined;
}

const TEXT = 'text/plain; charset=utf-8';

/**
 * Cosigns checkpoints of logs that only ever grow. Check and record are one step without a pause in between, and what is
 * recorded is durable before the cosignature leaves.
 */
export class Witness {
  private readonly logs: ReadonlyMap<string, WitnessedLog>;
  private readonly recorded = new Map<WitnessedLog, Recorded>();
  /** What was told last of a log: repeating a request must not fill the operator's screen. */
  private readonly told = new Map<WitnessedLog, string>();

  /** @throws WitnessRefused when a log's state is damaged */
  constructor(private readonly surroundings: WitnessSurroundings) {
    this.logs = new Map(surroundings.logs.map((log) => [log.origin, log]));
    for (const log of surroundings.logs) {
      const recorded = surroundings.state.read(log);
      if (recorded !== undefined) this.recorded.set(log, recorded);
    }
  }

  /** The last checkpoint cosigned for the log with this hash of its origin; 404 where there is none. */
  checkpoint(originHash: string): WitnessAnswer {
    for (const [log, { note }] of this.recorded) if (log.originHash === originHash) return answer(200, note);
    return refusal(404, 'this witness has cosigned no checkpoint of such a log');
  }

  /** Never throws for what a caller sent. @throws an error of the file system when nothing could be recorded */
  addCheckpoint(body: string): WitnessAnswer {
    const claim = this.claimOf(body);
    if ('status' in claim) return claim;
    return this.refusalOf(claim) ?? this.cosigned(claim);
  }

  /** The request, where a log that is known has signed its checkpoint. */
  private claimOf(body: string): Claim | WitnessAnswer {
    try {
      const request = readAddCheckpoint(body);
      const head = readCheckpoint(readNote(request.checkpoint).text);
      const log = this.logs.get(head.origin);
      if (log === undefined) return refusal(404, `this witness does not watch ${head.origin}`);
      const opened = openNote(request.checkpoint, log.verifiers);
      return { ...request, log, head, opened, recorded: this.recorded.get(log) };
    } catch (error) {
      if (error instanceof Malformed) return refusal(400, error.message);
      if (error instanceof UnverifiedNote) return refusal(403, error.message);
      throw error;
    }
  }

  /** Undefined where the checkpoint continues what is recorded. */
  private refusalOf(claim: Claim): WitnessAnswer | undefined {
    const { oldSize, proof, head, recorded } = claim;
    if (oldSize > head.size)
      return refusal(400, `the old size ${oldSize} is beyond the checkpoint's ${head.size}`);
    const known = recorded ?? { size: 0, root: EMPTY_ROOT };
    const isSplit = head.size === known.size && !head.root.equals(known.root);
    if (isSplit) this.tellSplit(claim);
    if (oldSize !== known.size)
      return { status: 409, contentType: SIZE_CONTENT_TYPE, body: `${known.size}\n` };
    const isContinued = verifyConsistency({
      oldSize,
      oldRoot: known.root,
      newSize: head.size,
      newRoot: head.root,
      proof,
    });
    if (isContinued) return undefined;
    if (!isSplit) this.tellUnproved(claim);
    return refusal(422, 'the checkpoint is not proved to continue the one that this witness cosigned last');
  }

  private cosigned({ log, head, opened }: Claim): WitnessAnswer {
    const { signer, state, nowSeconds } = this.surroundings;
    const line = signatureLine(signer.cosign(opened.text, nowSeconds()));
    const note = `${opened.text}\n${opened.verified.map(signatureLine).join('')}${line}`;
    state.write(log, note);
    this.recorded.set(log, { ...head, note });
    return answer(200, line);
  }

  /** Two checkpoints of one size with two roots, both signed by the log: nothing can explain them. */
  private tellSplit(claim: Claim): void {
    const { log, head, checkpoint, recorded } = claim;
    if (!this.isNews(claim)) return;
    const seen = { origin: log.origin, cosigned: recorded?.note ?? null, submitted: checkpoint };
    const path = this.surroundings.state.keepEvidence(log, `${JSON.stringify(seen, null, 2)}\n`);
    this.surroundings.alarm(
      `SPLIT HISTORY: ${log.origin} has signed two different trees of size ${head.size}. The proof is kept in ${path}`,
    );
  }

  private tellUnproved(claim: Claim): void {
    const { log, head, oldSize } = claim;
    if (oldSize === 0 || !this.isNews(claim)) return;
    this.surroundings.alarm(
      `NOT CONTINUED: ${log.origin} has signed a tree of size ${head.size} without a proof that it continues the ` +
        `one of size ${oldSize} that was cosigned; it was not cosigned. Either the proof is wrong or the history was rewritten`,
    );
  }

  private isNews({ log, head }: Claim): boolean {
    const news = `${head.size} ${head.root.toString('hex')}`;
    const isNews = this.told.get(log) !== news;
    this.told.set(log, news);
    return isNews;
  }
}

function answer(status: number, body: string): WitnessAnswer {
  return { status, contentType: TEXT, body };
}

function refusal(status: number, reason: string): WitnessAnswer {
  return answer(status, `${reason}\n`);
}
