import type { Figures } from './figures/figures.js';
import type { Finding } from './findings.js';
import type { ConfirmedCheckpoint } from './log/signed-checkpoints.js';

/** What a ledger was found to be. */
export interface Verification {
  readonly verified: boolean;
  readonly source: string;
  readonly ledger: {
    readonly ledgerId: string | null;
    /** The present one last. */
    readonly origins: readonly string[];
    readonly events: number;
    readonly asideEvents: number;
    readonly streams: number;
    /** Of all its events, base64. */
    readonly root: string;
  };
  readonly goods: {
    readonly lots: number;
    readonly units: number;
    readonly keys: number;
    readonly orders: number;
    /** Left for a running service to finish; no fault. */
    readonly unfinished: {
      readonly imports: number;
      readonly reservations: number;
      readonly refunds: number;
    };
  };
  readonly checkpoints: {
    /** That the ledger keeps of itself. */
    readonly issued: number;
    /** The largest size that any checkpoint confirms. */
    readonly confirmedSize: number;
    readonly signed: readonly ConfirmedCheckpoint[];
  };
  readonly proved: readonly string[];
  readonly notProved: readonly string[];
  readonly findings: readonly Finding[];
  /** How many there are; the first ones are told. */
  readonly findingsTotal: number;
  /** What the report must say; null where events do not fit together. */
  readonly figures: Figures | null;
  /** Of the structures that grow with the ledger. */
  readonly memoryBytes: number;
}
