import { isInSequence } from '../../../domain/shared/identifiers.js';
import { StoreUnavailable, type Appended, type ExpectedRevision, type NewEvent } from '../event-store.js';
import { AppendQueue, type Outcome } from './append-queue.js';
import { checkAppend, checkStream, streamPrefix } from '../append-rules.js';
import { type LedgerFile, PerConnection } from './ledger-file.js';
import { WriteBack } from './write-back.js';
import { type RequestedAppend, WriteSession } from './write-session.js';

/** Ends a transaction: `commit` does it. Tests put a failing disk in between, before or after. */
export type CommitStep = (commit: () => void) => void;

export interface LedgerWriterOptions {
  readonly file: LedgerFile;
  readonly ledger: string;
  /** Called after every commit: the head may have moved. */
  readonly onCommitted: () => void;
  readonly commitStep: CommitStep;
}

/** The one writer of a ledger. */
export class LedgerWriter {
  private readonly queue = new AppendQueue((batch) => this.commitBatch(batch));
  private readonly session: PerConnection<WriteSession>;
  private readonly prefix: string;
  private readonly writeBack: WriteBack;

  constructor(private readonly options: LedgerWriterOptions) {
    this.session = new PerConnection(options.file, (database) => new WriteSession(database));
    this.prefix = streamPrefix(options.ledger);
    this.writeBack = new WriteBack(options.file.path, () => options.file.writeBack());
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    checkStream(this.prefix, stream);
    const sizeBytes = checkAppend(stream, expected, events);
    return this.queue.add({ stream, expected, events, sizeBytes });
  }

  /**
   * Deletes the stream's events, overwrites where they stood, and empties the write-ahead log of what it still holds
   * of them. Their positions stay empty: a reader who has not come there never sees them, nobody else moves.
   * @throws StoreUnavailable when that is not known to have happened; destroying again is harmless
   */
  destroy(stream: string): void {
    checkStream(this.prefix, stream);
    if (isInSequence(stream)) {
      throw new RangeError(
        `${stream} belongs to the ledger's sequence, which is never destroyed; only aside streams are`,
      );
    }
    try {
      this.inTransaction((session) => session.destroy(stream));
      this.options.file.emptyLog();
    } catch (error) {
      this.options.file.drop();
      throw unavailable('the stream is not known to be destroyed; try again', error);
    }
  }

  /** Resolves when nothing waits any more and nobody else has the file open for the writer. */
  async end(): Promise<void> {
    await this.queue.drain();
    await this.writeBack.end();
  }

  private commitBatch(batch: readonly RequestedAppend[]): readonly Outcome[] {
    const outcomes = this.attempt(batch);
    this.writeBack.noteCommit(batch);
    this.options.onCommitted();
    return outcomes;
  }

  /**
   * A transaction that failed has an unknown outcome. The file is opened anew and the same appends are placed once
   * more, where those that did get in are recognised by their ids; if that fails as well, each is looked for.
   */
  private attempt(batch: readonly RequestedAppend[]): readonly Outcome[] {
    try {
      return this.placeAll(batch);
    } catch {
      return this.attemptAgain(batch);
    }
  }

  private attemptAgain(batch: readonly RequestedAppend[]): readonly Outcome[] {
    try {
      this.options.file.reopenDurably();
      return this.placeAll(batch);
    } catch (error) {
      return this.lookFor(batch, error);
    }
  }

  private lookFor(batch: readonly RequestedAppend[], failure: unknown): readonly Outcome[] {
    const lost = unavailable(
      'the append could not be committed; try again with the same events and revision',
      failure,
    );
    try {
      this.options.file.reopenDurably();
      const session = this.session.get();
      return batch.map((append) => session.standing(append) ?? lost);
    } catch {
      this.options.file.drop();
      return batch.map(() => lost);
    }
  }

  private placeAll(batch: readonly RequestedAppend[]): readonly Outcome[] {
    return this.inTransaction((session) => batch.map((append) => session.place(append)));
  }

  private inTransaction<Result>(work: (session: WriteSession) => Result): Result {
    const session = this.session.get();
    session.begin.run();
    const result = work(session);
    this.options.commitStep(() => session.commit.run());
    return result;
  }
}

function unavailable(message: string, cause: unknown): StoreUnavailable {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailable(`${message} (${reason})`, cause);
}
