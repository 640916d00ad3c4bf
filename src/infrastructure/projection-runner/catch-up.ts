import type { ReadModelName } from '../../projections/registry.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Models } from './follower.js';
import { Follower } from './follower.js';
import type { ModelStatus, Progress } from './progress.js';

export interface OfflineWork {
  readonly store: EventStore;
  /** Of the read models. */
  readonly directory: string;
  readonly models?: Models;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Brings every read model up to date without a service, for a command that has the ledger to itself.
 * @throws ReadModelsHeld when a service keeps them up to date
 */
export async function catchUp(work: OfflineWork): Promise<readonly ModelStatus[]> {
  return withFollower(work, (follower) => follower.catchUpAll());
}

/** Builds a read model anew without a service. @throws ReadModelsHeld @throws RebuildStopped */
export async function rebuild(work: OfflineWork, model: ReadModelName): Promise<readonly ModelStatus[]> {
  return withFollower(work, (follower) => follower.rebuild(model));
}

/** Lets a stopped read model go on without a service. @throws ReadModelsHeld */
export async function retry(work: OfflineWork, model: ReadModelName): Promise<readonly ModelStatus[]> {
  return withFollower(work, (follower) => follower.retry(model));
}

async function withFollower(work: OfflineWork, task: (follower: Follower) => Promise<void>) {
  const { onProgress = () => undefined, ...options } = work;
  const follower = new Follower({ ...options, onProgress });
  try {
    await task(follower);
    return follower.status();
  } finally {
    follower.close();
  }
}
