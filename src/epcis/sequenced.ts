import { isInSequence } from '../domain/shared/identifiers.js';

export interface Sequenced<Stored> {
  readonly stored: Stored;
  /** In the ledger's sequence, from 1. */
  readonly sequence: number;
}

/** Counts a log's events in the ledger's sequence, batch by batch. @param before the sequence that the log is read after */
export async function* sequenced<Stored extends { readonly stream: string }>(
  batches: AsyncIterable<readonly Stored[]>,
  before: number,
): AsyncIterable<readonly Sequenced<Stored>[]> {
  let last = before;
  for await (const batch of batches) {
    yield batch
      .filter(({ stream }) => isInSequence(stream))
      .map((stored) => ({ stored, sequence: (last += 1) }));
  }
}
