import { randomUUID, type KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ImportTerms, KeysRegistered } from '../../domain/key-registry/events.js';
import type { ImportDesk, ImportPlan, KnownLot, PlanRequest } from '../../domain/key-registry/import-desk.js';
import type { UnitRange } from '../../domain/shared/units.js';
import type { Fingerprinter } from '../custody/fingerprint.js';
import { RegistryMismatch } from '../key-index/key-index.js';
import type { RegisteredImport } from '../key-index/import-table.js';
import { sealChunks } from './chunk-sealer.js';
import type { DataKeyShelf } from './data-key-shelf.js';
import { ImportPlanner, type LineVerdict, type ReadPlan } from './import-planner.js';
import { lotSealer } from './lot-sealer.js';
import type { RegistryFollower } from './registry-follower.js';
import { appendRuns } from './unit-runs.js';

/** How long an import may make no progress before another may replace it. */
const STALLED_AFTER_MS = 60_000;
const PROGRESS_POLL_MS = 200;

export interface DeskSurroundings {
  readonly follower: RegistryFollower;
  readonly fingerprinter: Fingerprinter;
  readonly dataKeys: DataKeyShelf;
  /** Sixty seconds unless told: tests do not wait. */
  readonly stalledAfterMs?: number;
}

/** Imports as this process does them. */
export class LedgerImportDesk implements ImportDesk {
  private readonly plans = new WeakMap<ImportPlan, ReadPlan>();
  private readonly keys = new Map<string, KeyObject>();
  private sealed: { readonly attempt: string; readonly units: UnitRange[] } | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly surroundings: DeskSurroundings) {}

  async lot(lotId: string): Promise<KnownLot | undefined> {
    const known = await this.registeredImport(lotId);
    return known === undefined ? undefined : { terms: await this.termsOf(known), standing: known.state };
  }

  async openImport(): Promise<ImportTerms | undefined> {
    await this.surroundings.follower.catchUp();
    const open = this.surroundings.follower.index.currentImport();
    return open === null ? undefined : this.termsOf(open);
  }

  plan(request: PlanRequest): Promise<ImportPlan> {
    return this.planWith(request);
  }

  /** As `plan`, telling every line's verdict. */
  async planWith(request: PlanRequest, observe?: (verdict: LineVerdict) => void): Promise<ImportPlan> {
    const { follower, fingerprinter } = this.surroundings;
    await follower.catchUp();
    const plannedAt = follower.index.checkpoint.revision + 1;
    const read = await new ImportPlanner(request, follower.index, fingerprinter, observe).plan();
    const plan = { plannedAt, file: read.file, counts: read.counts, duplicates: read.duplicates };
    this.plans.set(plan, read);
    return plan;
  }

  newAttempt(): string {
    return randomUUID();
  }

  async keepDataKey(lotId: string, attempt: string): Promise<void> {
    this.keys.set(attempt, await this.surroundings.dataKeys.keep(lotId, attempt));
  }

  async *seal(
    plan: ImportPlan,
    lot: { lotId: string; attempt: string; fromSerial: number },
  ): AsyncGenerator<KeysRegistered['payload']> {
    const read = this.plans.get(plan);
    const dataKey = this.keys.get(lot.attempt);
    if (read === undefined || dataKey === undefined)
      throw new RangeError(`lot ${lot.lotId} was not planned with a data key`);
    this.keys.delete(lot.attempt);
    const units: UnitRange[] = [];
    const { lotId, attempt, fromSerial } = lot;
    const sealer = lotSealer({ dataKey, lotId, attempt }, read.counts.accepted - fromSerial + 1);
    try {
      for await (const chunk of sealChunks(read, lot, sealer)) {
        appendRuns(units, lotId, chunk.expiryRuns);
        yield chunk;
      }
    } finally {
      await sealer.end();
    }
    this.sealed = lot.fromSerial === 1 ? { attempt: lot.attempt, units } : undefined;
  }

  async runsOf(lotId: string): Promise<readonly UnitRange[]> {
    const known = await this.registeredImport(lotId);
    if (known === undefined) throw new RangeError(`lot ${lotId} was never imported`);
    if (this.sealed?.attempt === known.attempt) return this.sealed.units;
    const units: UnitRange[] = [];
    for await (const { event } of this.surroundings.follower.events(
      known.firstRevision,
      known.lastRevision,
    )) {
      if (event.type === 'KeysRegistered') appendRuns(units, lotId, event.payload.expiryRuns);
    }
    return units;
  }

  async awaitOther(attempt: string): Promise<'over' | 'stalled'> {
    const { follower, stalledAfterMs = STALLED_AFTER_MS } = this.surroundings;
    let progress = -1;
    let deadline = performance.now() + stalledAfterMs;
    for (;;) {
      await follower.catchUp();
      const open = follower.index.currentImport();
      if (open?.attempt !== attempt) return 'over';
      if (open.lastRevision !== progress) deadline = performance.now() + stalledAfterMs;
      else if (performance.now() >= deadline) return 'stalled';
      progress = open.lastRevision;
      await pause(Math.min(PROGRESS_POLL_MS, stalledAfterMs));
    }
  }

  release(plan: ImportPlan): void {
    this.plans.delete(plan);
    this.keys.clear();
    this.sealed = undefined;
  }

  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(work, work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async registeredImport(lotId: string): Promise<RegisteredImport | undefined> {
    await this.surroundings.follower.catchUp();
    return this.surroundings.follower.index.lot(lotId);
  }

  private async termsOf(known: RegisteredImport): Promise<ImportTerms> {
    const opened = await this.surroundings.follower.eventAt(known.firstRevision);
    if (opened?.event.type !== 'ImportOpened') {
      throw new RegistryMismatch(
        `the registry's event ${known.firstRevision} does not open the import of ${known.lotId}`,
      );
    }
    const { saw: _saw, ...terms } = opened.event.payload;
    return terms;
  }
}
