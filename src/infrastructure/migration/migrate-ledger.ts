import type { StreamName } from '../../domain/shared/identifiers.js';
import {
  START,
  WrongExpectedRevision,
  type EventStore,
  type Position,
  type StoredEvent,
} from '../event-store/event-store.js';
import { compareLogs, type ComparedLogs, type ComparedStores } from './compare-logs.js';
import { LogsDiffer, SourceEmpty, TargetMoved } from './errors.js';
import { eventRuns } from './event-runs.js';

/** A comparison tells how far it is after so many events. */
const PROGRESS_INTERVAL_EVENTS = 256;

export interface Migration extends ComparedStores {
  readonly onProgress: (progress: MigrationProgress) => void;
  /** Stops the move between two appends. */
  readonly signal: AbortSignal;
}

export interface MigrationProgress {
  /** What is there already is compared, the rest is copied, then all is compared once more. */
  readonly phase: 'comparing' | 'copying' | 'verifying';
  /** Of this phase. */
  readonly events: number;
  /** How far the phase has come in the source's log, from 0 to 1. */
  readonly share: number;
}

export interface MigrationSummary {
  /** That both logs hold, compared one by one and in order. */
  readonly events: number;
  /** Of those, the ones of the ledger's sequence. */
  readonly inSequence: number;
  /** By this run; the others were there from an interrupted one. */
  readonly copied: number;
}

/**
 * Copies a ledger's log into a store that is empty or holds the beginning of that copy: every event with its stream,
 * revision, id and bytes, in the same order, each append acknowledged before the next is made. Run again after it was
 * interrupted, it goes on where it stopped. Nobody may write to either store meanwhile.
 * @throws SourceEmpty
 * @throws TargetHoldsOther before anything is written
 * @throws TargetMoved, LogsDiffer where somebody wrote meanwhile
 * @throws StoreUnavailable where an engine did not answer; run it again
 * @throws the signal's reason where it was stopped; run it again
 */
export async function migrateLedger(migration: Migration): Promise<MigrationSummary> {
  const { source, target } = migration;
  const head = await source.head();
  if (head === START) throw new SourceEmpty();
  const there = await compare(migration, 'comparing', head);
  // What was destroyed here must not live on in the copy.
  for (const stream of there.destroyedSince) await target.destroy(stream);
  const copied = await copyAfter(migration, there.sourcePosition, head);
  const { equalEvents, equalInSequence, sourceEnded, destroyedSince } = await compare(
    migration,
    'verifying',
    head,
  );
  if (!sourceEnded || destroyedSince.length > 0) throw new LogsDiffer(equalEvents);
  return { events: equalEvents, inSequence: equalInSequence, copied };
}

function compare(
  migration: Migration,
  phase: 'comparing' | 'verifying',
  head: Position,
): Promise<ComparedLogs> {
  const { onProgress, signal } = migration;
  return compareLogs(migration, ({ position }, events) => {
    if (events % PROGRESS_INTERVAL_EVENTS !== 0) return;
    signal.throwIfAborted();
    onProgress({ phase, events, share: shareOf(position, head) });
  });
}

/** @returns how many events were copied */
async function copyAfter(migration: Migration, after: Position, head: Position): Promise<number> {
  const { source, target, onProgress, signal } = migration;
  let events = 0;
  for await (const run of eventRuns(source.readAll(after))) {
    signal.throwIfAborted();
    await appendRun(target, run);
    events += run.length;
    const { position } = run.at(-1) as StoredEvent;
    onProgress({ phase: 'copying', events, share: shareOf(position, head) });
  }
  return events;
}

async function appendRun(target: EventStore, run: readonly [StoredEvent, ...StoredEvent[]]): Promise<void> {
  const [first] = run;
  const events = run.map(({ eventId, type, data, metadata }) => ({ eventId, type, data, metadata }));
  try {
    await target.append(first.stream as StreamName, first.revision - 1, events);
  } catch (error) {
    if (error instanceof WrongExpectedRevision) throw new TargetMoved(first, error);
    throw error;
  }
}

function shareOf(position: Position, head: Position): number {
  return Math.min(1, (position - START) / (head - START));
}
