import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ReadModelName } from '../../projections/registry.js';
import type { Progress } from './progress.js';
import type { Report, Request, StreamHead, WorkerInput } from './worker-messages.js';

/** The thread is not there: it failed and is about to be started again, or was stopped. */
export class WorkerUnavailable extends Error {
  override readonly name = 'WorkerUnavailable';
}

/** The thread could not do what it was asked. */
export class WorkRefused extends Error {
  override readonly name = 'WorkRefused';
}

export interface ProjectionWorkerOptions extends WorkerInput {
  readonly onProgress: (progress: Progress) => void;
  /** Where other instances may have written too: streams as the log's one subscription brought them. */
  readonly onHead: (head: StreamHead) => void;
  /** The thread failed; it is started again after a pause. For logs and health. */
  readonly onFailure: (error: Error) => void;
  /** The thread's program; the built one beside this file unless told. */
  readonly program?: string;
}

const RESTART_DELAYS_MS = [100, 1000, 5000, 30_000] as const;
const REQUESTS_MAX = 100;

interface Pending {
  resolve(): void;
  reject(error: Error): void;
}

/** Runs the worker thread: starts it again when it fails, and passes requests on. */
export class ProjectionWorker {
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private failures = 0;
  private stopping = false;
  private nextRequestId = 1;
  private readonly pending = new Map<number, Pending>();

  constructor(private readonly options: ProjectionWorkerOptions) {}

  start(): void {
    const { storeConfig, directory, program = join(__dirname, 'worker.js') } = this.options;
    const worker = new Worker(program, { workerData: { storeConfig, directory } satisfies WorkerInput });
    this.worker = worker;
    let failure: Error | undefined;
    worker.on('message', (report: Report) => this.hear(report));
    worker.on('error', (error) => (failure = error));
    worker.on('exit', () => this.ended(failure));
  }

  /** Lets a stopped read model go on. @throws WorkerUnavailable @throws WorkRefused */
  retry(model: ReadModelName): Promise<void> {
    return this.ask('retry', model);
  }

  /** Builds a read model anew; resolves when it serves. @throws WorkerUnavailable @throws WorkRefused */
  rebuild(model: ReadModelName): Promise<void> {
    return this.ask('rebuild', model);
  }

  /** Somebody waits for the models to come further: they gather no longer than they must. */
  hurry(): void {
    this.worker?.postMessage({ kind: 'hurry' } satisfies Request);
  }

  /** Waits for the batch under way, then ends the thread. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const { worker } = this;
    if (worker === undefined) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'stop' } satisfies Request);
    await exited;
  }

  private ask(kind: 'retry' | 'rebuild', model: ReadModelName): Promise<void> {
    const { worker } = this;
    if (worker === undefined)
      return Promise.reject(new WorkerUnavailable('the read models are not being kept; try again'));
    if (this.pending.size >= REQUESTS_MAX) {
      return Promise.reject(new WorkerUnavailable(`${REQUESTS_MAX} requests wait already; try again later`));
    }
    const requestId = this.nextRequestId++;
    return new Promise((resolve, reject) => {
      this.pending.set(requestId, { resolve, reject });
      worker.postMessage({ kind, requestId, model } satisfies Request);
    });
  }

  private hear(report: Report): void {
    switch (report.kind) {
      case 'progress':
        this.failures = 0;
        return this.options.onProgress(report.progress);
      case 'heads':
        return report.heads.forEach(this.options.onHead);
      case 'done': {
        const asked = this.pending.get(report.requestId);
        this.pending.delete(report.requestId);
        if (report.error === null) asked?.resolve();
        else asked?.reject(new WorkRefused(report.error));
      }
    }
  }

  private ended(failure: Error | undefined): void {
    this.worker = undefined;
    for (const asked of this.pending.values())
      asked.reject(new WorkerUnavailable('the projection worker ended; try again'));
    this.pending.clear();
    if (this.stopping) return;
    const delayMs = RESTART_DELAYS_MS[Math.min(this.failures, RESTART_DELAYS_MS.length - 1)];
    this.failures += 1;
    this.restart = setTimeout(() => this.start(), delayMs);
    this.options.onFailure(failure ?? new WorkerUnavailable('the projection worker ended without a word'));
  }
}
