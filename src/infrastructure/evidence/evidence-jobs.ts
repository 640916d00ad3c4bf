import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvidenceQuestion } from '../../proof/evidence/question.js';
import type { EvidenceRequest } from './build-evidence.js';
import { EvidenceRefused, type EvidenceProgress, type EvidenceSources } from './ports.js';
import { writePack } from './write-pack.js';

/** Jobs that wait or are at work; one is built at a time. */
export const JOBS_PENDING_MAX = 8;
/** Packs that lie here; the oldest goes first. */
const PACKS_KEPT_MAX = 64;
const PACKS_BYTES_MAX = 4 * 1024 ** 3;
const KEPT_MS = 24 * 3600 * 1000;
const FOLDER = 'evidence-jobs';
const JOB_FILE = 'job.json';
const PACK_FILE = 'pack.zip';

export interface EvidenceJob {
  readonly id: string;
  readonly question: EvidenceQuestion;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly progress: EvidenceProgress | null;
  /** Why it failed. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** Of the pack, once it is done. */
  readonly pack: { readonly events: number; readonly size: number; readonly bytes: number } | null;
  /** When it was asked for, RFC 3339. */
  readonly createdAt: string;
}

/** There is no room for another job. */
export class TooManyEvidenceJobs extends Error {
  override readonly name = 'TooManyEvidenceJobs';
}

export interface EvidenceJobSurroundings {
  readonly sources: EvidenceSources;
  /** Since the epoch. */
  readonly nowMs: () => number;
  /** Told what was not foreseen. */
  readonly onError: (error: unknown) => void;
}

interface Pending {
  readonly id: string;
  readonly request: EvidenceRequest;
}

/** Builds packs one after another, and keeps them for a day in the ledger's data directory. */
export class EvidenceJobs {
  private readonly directory: string;
  private readonly jobs = new Map<string, EvidenceJob>();
  private readonly waiting: Pending[] = [];
  private readonly stopping = new AbortController();
  private working: Promise<void> | undefined;

  /** Goes on with the packs of an earlier process; what it had not finished is gone. */
  constructor(
    dataDirectory: string,
    private readonly surroundings: EvidenceJobSurroundings,
  ) {
    this.directory = join(dataDirectory, FOLDER);
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    for (const id of readdirSync(this.directory)) this.takeOver(id);
  }

  /** @throws TooManyEvidenceJobs */
  start(request: EvidenceRequest): EvidenceJob {
    this.expire();
    if (this.pendingCount() >= JOBS_PENDING_MAX)
      throw new TooManyEvidenceJobs(
        `${JOBS_PENDING_MAX} packs wait to be built already; ask again in a moment`,
      );
    const job: EvidenceJob = {
      id: randomUUID(),
      question: request.question,
      state: 'waiting',
      progress: null,
      failure: null,
      pack: null,
      createdAt: new Date(this.surroundings.nowMs()).toISOString(),
    };
    this.jobs.set(job.id, job);
    this.waiting.push({ id: job.id, request });
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
    return job;
  }

  /** Undefined for one that was never there, or is gone. */
  find(id: string): EvidenceJob | undefined {
    this.expire();
    return this.jobs.get(id);
  }

  /** The zip of a job that is done. */
  packFile(id: string): string | undefined {
    return this.find(id)?.state === 'done' ? join(this.directory, id, PACK_FILE) : undefined;
  }

  /** Resolves when no job is pending any more. */
  async settled(): Promise<void> {
    while (this.working !== undefined) await this.working;
  }

  /** Gives up what is pending. */
  async stop(): Promise<void> {
    this.waiting.length = 0;
    this.stopping.abort(new Error('the service stops'));
    await this.settled();
  }

  private async work(): Promise<void> {
    // The caller gets its answer before the building begins.
    await Promise.resolve();
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift())
      await this.build(next);
  }

  private async build({ id, request }: Pending): Promise<void> {
    const folder = join(this.directory, id);
    mkdirSync(folder, { mode: 0o700 });
    const packFile = join(folder, PACK_FILE);
    this.change(id, { state: 'running' });
    try {
      const onProgress = (progress: EvidenceProgress) => this.change(id, { progress });
      const { signal } = this.stopping;
      const built = await writePack(this.surroundings.sources, request, packFile, { onProgress, signal });
      const size = built.manifest.checkpoint.size;
      const pack = { events: built.events, size, bytes: statSync(packFile).size };
      const done = this.change(id, { state: 'done', progress: null, pack });
      writeFileSync(join(folder, JOB_FILE), JSON.stringify(done), { mode: 0o600 });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      if (!(error instanceof EvidenceRefused)) this.surroundings.onError(error);
      this.change(id, { state: 'failed', progress: null, failure: failureOf(error) });
    }
  }

  private change(id: string, change: Partial<EvidenceJob>): EvidenceJob | undefined {
    const job = this.jobs.get(id);
    if (job === undefined) return undefined;
    const changed = { ...job, ...change };
    this.jobs.set(id, changed);
    return changed;
  }

  private pendingCount(): number {
    return [...this.jobs.values()].filter(({ state }) => state === 'waiting' || state === 'running').length;
  }

  /** Forgets what is older than a day, and the oldest where there is too much. */
  private expire(): void {
    const ended = [...this.jobs.values()].filter(({ state }) => state === 'done' || state === 'failed');
    let bytes = ended.reduce((sum, { pack }) => sum + (pack?.bytes ?? 0), 0);
    let kept = ended.length;
    for (const { id, createdAt, pack } of ended) {
      const isOld = Date.parse(createdAt) + KEPT_MS < this.surroundings.nowMs();
      if (!isOld && kept <= PACKS_KEPT_MAX && bytes <= PACKS_BYTES_MAX) continue;
      rmSync(join(this.directory, id), { recursive: true, force: true });
      this.jobs.delete(id);
      kept -= 1;
      bytes -= pack?.bytes ?? 0;
    }
  }

  private takeOver(id: string): void {
    const file = join(this.directory, id, JOB_FILE);
    try {
      if (existsSync(file)) this.jobs.set(id, JSON.parse(readFileSync(file, 'utf8')) as EvidenceJob);
    } catch {
      // Half a file is of a process that died while it wrote: its pack goes with it.
    }
    if (!this.jobs.has(id)) rmSync(join(this.directory, id), { recursive: true, force: true });
  }
}

/** What was not foreseen is not shown to the caller in its own words. */
function failureOf(error: unknown): NonNullable<EvidenceJob['failure']> {
  if (error instanceof EvidenceRefused) return { code: error.code, message: error.message };
  return { code: 'internal', message: 'the pack could not be built; see the service log, and ask again' };
}
