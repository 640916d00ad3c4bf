import type { KeyFileFormat } from '../key-file/format.js';
import type { Instant } from '../shared/time.js';
import type { LineCounts, UnitRange } from '../shared/units.js';
import type { DuplicateLine, ImportTerms, KeyFile, KeysRegistered } from './events.js';

/** A key file that can be read from its beginning as often as asked. */
export interface KeyFileSource {
  /** As the sender called it. */
  readonly name: string;
  open(): AsyncIterable<Uint8Array>;
}

/** What an import of a file would come to, de-duplicated against the registry at one revision. */
export interface ImportPlan {
  /** The registry's next revision when its known keys were asked. */
  readonly plannedAt: number;
  readonly file: KeyFile;
  readonly counts: LineCounts;
  /** At most 1,000 lines whose keys were known; serials within the file count from 1. */
  readonly duplicates: readonly DuplicateLine[];
}

/** What the registry knows of a lot's id. */
export interface KnownLot {
  readonly terms: ImportTerms;
  readonly standing: 'open' | 'completed';
}

export interface PlanRequest {
  readonly source: KeyFileSource;
  readonly format: KeyFileFormat;
  readonly receivedAt: Instant;
  readonly lotId: string;
  /** An import that is carried on: the keys it registered so far do not count as known. */
  readonly resumedAttempt: string | undefined;
}

/** What the import desk is injected as. */
export const IMPORT_DESK = Symbol('ImportDesk');

/**
 * What an import needs of the world: the index of known keys, the file's reading, the vault that seals secrets.
 * Plans stay valid until they are released.
 */
export interface ImportDesk {
  /** What is known of a lot's id, as of the newest registry. */
  lot(lotId: string): Promise<KnownLot | undefined>;

  /** The import that is open now, if any. */
  openImport(): Promise<ImportTerms | undefined>;

  /** @throws Refusal `undecodable_file` or `bad_header` */
  plan(request: PlanRequest): Promise<ImportPlan>;

  /** A fresh attempt's id. */
  newAttempt(): string;

  /** Makes the attempt's data key durable in a stream of its own before anything is sealed with it; once. */
  keepDataKey(lotId: string, attempt: string): Promise<void>;

  /** The plan's keys from a serial on, sealed: chunks of at most 500. */
  seal(
    plan: ImportPlan,
    lot: { lotId: string; attempt: string; fromSerial: number },
  ): AsyncIterable<KeysRegistered['payload']>;

  /** A completed import's units as runs of serials that share an expiry. */
  runsOf(lotId: string): Promise<readonly UnitRange[]>;

  /** Waits while the open import makes progress. @returns once it is over, or has stood still for a minute */
  awaitOther(attempt: string): Promise<'over' | 'stalled'>;

  /** Lets go of a plan's memory. */
  release(plan: ImportPlan): void;

  /** Imports of one process come one after another. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
}
