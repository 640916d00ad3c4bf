import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../../infrastructure/event-store/event-store.js';
import { openEventStore } from '../../infrastructure/event-store/open.js';
import type { Configuration } from '../../infrastructure/host/configuration.js';
import { eventStoreConfig } from '../../infrastructure/host/open.js';
import { catchUp } from '../../infrastructure/projection-runner/catch-up.js';
import { ReadModels, type Answer } from '../../infrastructure/projection-runner/read-models.js';
import { ReadModelsHeld } from '../../infrastructure/projection-runner/writer-lock.js';
import { READ_MODEL_NAMES, type ReadModelName, type ReadModelQueries } from '../../projections/registry.js';
import { JobFailed } from '../usage-error.js';

/** How long the holder's read models may take to reach the log's head. */
const CATCH_UP_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 20;

/** A ledger that is open for questions. */
export interface Reading {
  readonly store: EventStore;
  /** Of the read models. */
  readonly directory: string;
  readonly readModels: ReadModels;
}

/** Opens the ledger for reading, whoever writes to it. @throws JobFailed where there is none */
export async function withLedger<Result>(
  configuration: Configuration,
  work: (reading: Reading) => Promise<Result>,
): Promise<Result> {
  requireLedger(configuration);
  const store = await openEventStore(eventStoreConfig(configuration, 'read'));
  try {
    const directory = join(configuration.directory, 'read-models');
    const readModels = new ReadModels(directory);
    try {
      return await work({ store, directory, readModels });
    } finally {
      readModels.close();
    }
  } finally {
    await store.close();
  }
}

/** As `withLedger`, with read models that know all of the log as it stands now. */
export async function withReadModels<Result>(
  configuration: Configuration,
  work: (readModels: ReadModels) => Promise<Result> | Result,
): Promise<Result> {
  return withLedger(configuration, async (reading) => {
    await bringUpToDate(reading);
    return work(reading.readModels);
  });
}

/** @throws JobFailed where there is none */
export function requireLedger({ directory, eventStoreUrl }: Configuration): void {
  if (eventStoreUrl !== undefined || existsSync(join(directory, 'ledger.sqlite'))) return;
  throw new JobFailed(
    `there is no ledger in ${directory}; name another with --data, or load a pack into this one`,
  );
}

/** Catches the read models up, or waits for the process that does. @throws JobFailed where that takes too long */
async function bringUpToDate({ store, directory, readModels }: Reading): Promise<void> {
  try {
    await catchUp({ store, directory });
    return;
  } catch (error) {
    if (!(error instanceof ReadModelsHeld)) throw error;
  }
  const head = await store.head();
  const deadlineMs = performance.now() + CATCH_UP_TIMEOUT_MS;
  while (!hasReached(readModels, head)) {
    if (performance.now() > deadlineMs) {
      throw new JobFailed(
        'the read models did not reach the end of the log within a minute; see projections status',
      );
    }
    await pause(POLL_INTERVAL_MS);
  }
}

/** A model that stopped moves no more; its answers say so. */
function hasReached(readModels: ReadModels, head: number): boolean {
  const standings = readModels.status();
  if (standings.length < READ_MODEL_NAMES.length) return false;
  return standings.every(({ position, stopped }) => position >= head || stopped !== null);
}

/** Asks read models that must not have stopped. @throws JobFailed where one has */
export function ask<Name extends ReadModelName, Value>(
  readModels: ReadModels,
  names: readonly Name[],
  question: (queries: Pick<ReadModelQueries, Name>, known: { readonly sequence: number }) => Value,
): Answer<Value> {
  const answer = readModels.read(names, question);
  const [stopped] = answer.stopped;
  if (stopped === undefined) return answer;
  throw new JobFailed(
    `the read model ${stopped.model} stopped at event ${stopped.eventId}: ${stopped.message}; ` +
      'mend it and run: sourcebook projections retry',
  );
}
