import type { TransparencyQuestions } from '../../projections/transparency/questions.js';
import type { EventStore } from '../event-store/event-store.js';

/** A checkpoint that the ledger has signed: a note with its signature lines, cosignatures among them. */
export interface SignedCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** Where signed checkpoints, and the keys that they are believed under, come from. */
export interface CheckpointSource {
  /** The largest that was released; undefined before the first. */
  latest(): Promise<SignedCheckpoint | undefined>;
  /** The one of this very size; undefined where none was signed. */
  at(size: number): Promise<SignedCheckpoint | undefined>;
  /** Verifier keys of log and witnesses, one a line, each with its newline. */
  vkeys(): Promise<string>;
  /** A C2SP tlog-policy with the log's keys, its witnesses and the quorum that the ledger asks for. */
  policy(): Promise<string>;
}

/** What a pack asks of the ledger's tree. */
export type EvidenceTree = Pick<
  TransparencyQuestions,
  'size' | 'rootAt' | 'entries' | 'sequenceOf' | 'tile' | 'consistencyProof'
>;

/** All that a pack is built from. */
export interface EvidenceSources {
  /** The ledger's name: the first part of every stream's name. */
  readonly ledgerName: string;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly tree: EvidenceTree;
  readonly checkpoints: CheckpointSource;
  /** The product of a lot in stock; undefined for one that is not known. */
  skuOfLot(lotId: string): string | undefined;
}

/** A question that cannot be answered from this ledger; the message says why and what to do. */
export class EvidenceRefused extends Error {
  override readonly name = 'EvidenceRefused';

  constructor(
    readonly code: 'unknown_subject' | 'no_checkpoint' | 'too_large' | 'wrong_secret' | 'occupied',
    message: string,
  ) {
    super(message);
  }
}

/** How far a build has come. */
export interface EvidenceProgress {
  readonly step: 'collecting' | 'proving' | 'answering' | 'writing';
  /** Events so far. */
  readonly done: number;
  /** Events in all, once that is known. */
  readonly total: number | null;
}

export interface BuildSurroundings {
  readonly onProgress?: (progress: EvidenceProgress) => void;
  readonly signal?: AbortSignal;
}
