/** What an auditor asks to be verified, and against what. */
export interface VerifyOptions {
  readonly source: { readonly kind: 'data' | 'export'; readonly path: string };
  /** Files of signed checkpoints that were kept. */
  readonly checkpoints: readonly string[];
  readonly vkeys: readonly string[];
  /** A file of C2SP tlog-policy. */
  readonly policy: string | undefined;
  /** A file that `sourcebook report --json` wrote. */
  readonly report: string | undefined;
  /** The last event of the sequence that the report knew; the last of all unless told. */
  readonly reportSequence: number | undefined;
}

/** A pack of evidence that an auditor was given. */
export interface PackOptions {
  readonly path: string;
  /** The pack must prove which key a secret is. */
  readonly mustProveKey: boolean;
  /** A file with what a reveal answered, where the pack does not hold it. */
  readonly keySecret: string | undefined;
  /** A file with an older signed checkpoint that the auditor holds. */
  readonly oldCheckpoint: string | undefined;
  readonly vkeys: readonly string[];
  /** A file of C2SP tlog-policy. */
  readonly policy: string | undefined;
}
