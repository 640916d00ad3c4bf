/** What the thread that writes back is started with. */
export interface WriteBackInput {
  /** Of the ledger's file. */
  readonly path: string;
}

/** To the thread: move what the write-ahead log holds by now into the database, or end. */
export type WriteBackRequest = 'write-back' | 'end';

/** From the thread: how many pages of the log are still to be moved, written since or held by a reader. */
export interface WriteBackReport {
  readonly pagesLeft: number;
}
