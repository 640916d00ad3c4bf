/** The ledger's file cannot be used as it stands; the message says why and what to do about it. */
export class UnusableLedgerFile extends Error {
  override readonly name = 'UnusableLedgerFile';

  constructor(
    readonly path: string,
    reason: string,
    override readonly cause?: unknown,
  ) {
    super(`${path} ${reason}`);
  }
}

/** Something was to be written through a store that was opened for reading. */
export class LedgerOpenedForReading extends Error {
  override readonly name = 'LedgerOpenedForReading';

  constructor(readonly directory: string) {
    super(
      `the ledger in ${directory} was opened for reading; open it in mode 'write', or ask the process that writes`,
    );
  }
}
