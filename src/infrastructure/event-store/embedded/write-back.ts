import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RequestedAppend } from './write-session.js';
import type { WriteBackInput, WriteBackReport, WriteBackRequest } from './write-back-messages.js';

/** About so many pages (16 MiB) are written to the log between two times that it is written back. */
export const WRITE_BACK_PAGES = 4_096;
/** What the writer finishes itself, a matter of a sync: only a log that was written back whole begins anew. */
const FINISHED_BY_WRITER_PAGES_MAX = 512;
const PAGE_BYTES = 4_096;
/** A commit changes inner pages besides those of its events. */
const PAGES_OF_A_COMMIT = 2;
/** Beside this file once it is built; a program run from its sources has none. */
const PROGRAM = join(__dirname, 'write-back-worker.js');

/**
 * Has the ledger's write-ahead log written back by a thread of its own, started when there is enough to write. Nothing
 * rests on it: where the thread is missing or fails, SQLite does it within a commit when the log has grown long.
 */
export class WriteBack {
  private worker: Worker | undefined;
  private pagesWritten = 0;
  private isUnderWay = false;
  private isOver = false;

  /**
   * @param path of the ledger's file
   * @param finish moves what little is left, on the writer's own connection
   */
  constructor(
    private readonly path: string,
    private readonly finish: () => void,
    private readonly program: string = PROGRAM,
  ) {
    this.isOver = !existsSync(program);
  }

  /** Tells of what was committed together. */
  noteCommit(appends: readonly RequestedAppend[]): void {
    this.pagesWritten += pagesOf(appends);
    if (this.isOver || this.isUnderWay || this.pagesWritten < WRITE_BACK_PAGES) return;
    this.pagesWritten = 0;
    this.isUnderWay = true;
    this.ask('write-back');
  }

  /** Waits for what is under way, then ends the thread. */
  async end(): Promise<void> {
    this.isOver = true;
    const { worker } = this;
    if (worker === undefined) return;
    // From here on somebody waits for it: the process must not end before.
    worker.ref();
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.ask('end');
    await ended;
  }

  private ask(request: WriteBackRequest): void {
    this.worker ??= this.start();
    this.worker.postMessage(request);
  }

  private start(): Worker {
    const worker = new Worker(this.program, {
      workerData: { path: this.path } satisfies WriteBackInput,
      // It keeps a handle that must not be closed with it.
      trackUnmanagedFds: false,
    });
    // A process that has nothing else to do ends, whatever is still to be written back.
    worker.unref();
    worker.on('message', (report: WriteBackReport) => this.hear(report));
    // A thread that failed is not started again: the disk is in doubt, and the writer's own commits will tell.
    worker.on('error', () => (this.isOver = true));
    worker.on('exit', () => {
      this.isOver = true;
      this.worker = undefined;
    });
    return worker;
  }

  private hear({ pagesLeft }: WriteBackReport): void {
    this.isUnderWay = false;
    if (!this.isOver && pagesLeft <= FINISHED_BY_WRITER_PAGES_MAX) this.finish();
  }
}

/** About how many pages a commit changes: each append is to another stream's place in the index. */
function pagesOf(appends: readonly RequestedAppend[]): number {
  const sizeBytes = appends.reduce((sum, append) => sum + append.sizeBytes, 0);
  return PAGES_OF_A_COMMIT + appends.length + Math.ceil(sizeBytes / PAGE_BYTES);
}
