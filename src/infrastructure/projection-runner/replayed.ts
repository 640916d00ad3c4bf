import type { TableDigest } from './content-digest.js';

/** A read model as of a moment, in a file of its own. */
export interface ReplayedModel {
  readonly model: string;
  readonly version: number;
  readonly file: string;
  readonly tables: readonly TableDigest[];
  /** SHA-256 over a line of name, number of rows and SHA-256 for each table. */
  readonly sha256: string;
}

/** What a replay holds. */
export interface Replay {
  /** Null for a log that was never founded. */
  readonly ledger: { readonly ledgerId: string; readonly origin: string } | null;
  /** Of the last event that counts; 0 where none does. */
  readonly sequence: number;
  readonly lastEventId: string | null;
  readonly recordedAt: string | null;
  readonly models: readonly ReplayedModel[];
}
