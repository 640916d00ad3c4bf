/** How much a run measures. */
export interface Scale {
  readonly name: ScaleName;
  readonly rounds: Rounds;
  /** Every read model of a million events takes three minutes: each round warms itself up. */
  readonly rebuildRounds: Rounds;
  /** Events of the ledgers at which growth is measured; the last is the size of every other benchmark's ledger. */
  readonly ledgerEvents: readonly [number, ...number[]];
  readonly largestLedgerEvents: number;
  /** Units of the SKU that a flash sale is about. */
  readonly hotUnits: number;
  /** Appends of a round, one at a time. */
  readonly singleAppends: number;
  /** Appends of a round by 256 writers together. */
  readonly sharedAppends: number;
  /** Issues of a round. */
  readonly issues: number;
  /** Issues of a round where growth is measured: a small ledger must have stock for all rounds. */
  readonly growthIssues: number;
  readonly openLoopSeconds: number;
  readonly importLines: number;
  readonly importRounds: number;
  readonly questions: number;
  readonly memoryIssues: number;
}

export interface Rounds {
  /** Rounds that only warm up. */
  readonly warmUp: number;
  readonly counted: number;
}

export type ScaleName = 'short' | 'medium' | 'full';

/**
 * Short shows that everything works, and nothing else. Medium takes minutes and shows where the figures stand; what the
 * targets speak of is full.
 */
export const SCALES: Readonly<Record<ScaleName, Scale>> = {
  short: {
    name: 'short',
    rounds: { warmUp: 0, counted: 1 },
    rebuildRounds: { warmUp: 0, counted: 1 },
    ledgerEvents: [1_200],
    largestLedgerEvents: 1_200,
    hotUnits: 500,
    singleAppends: 20,
    sharedAppends: 512,
    issues: 128,
    growthIssues: 128,
    openLoopSeconds: 0.3,
    importLines: 2_000,
    importRounds: 1,
    questions: 20,
    memoryIssues: 128,
  },
  medium: {
    name: 'medium',
    rounds: { warmUp: 1, counted: 3 },
    rebuildRounds: { warmUp: 0, counted: 3 },
    ledgerEvents: [10_000, 100_000],
    largestLedgerEvents: 100_000,
    hotUnits: 60_000,
    singleAppends: 500,
    sharedAppends: 12_800,
    issues: 8_000,
    growthIssues: 2_000,
    openLoopSeconds: 5,
    importLines: 200_000,
    importRounds: 1,
    questions: 1_000,
    memoryIssues: 20_000,
  },
  full: {
    name: 'full',
    rounds: { warmUp: 1, counted: 5 },
    rebuildRounds: { warmUp: 0, counted: 3 },
    ledgerEvents: [10_000, 100_000, 1_000_000],
    largestLedgerEvents: 1_000_000,
    hotUnits: 200_000,
    singleAppends: 1_000,
    sharedAppends: 25_600,
    issues: 20_000,
    growthIssues: 4_000,
    openLoopSeconds: 30,
    importLines: 1_000_000,
    importRounds: 3,
    questions: 5_000,
    memoryIssues: 200_000,
  },
};
