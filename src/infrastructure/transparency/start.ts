import type { ReadModels } from '../projection-runner/read-models.js';
import { CheckpointKeeper, type KeeperEvents } from './checkpoint-keeper.js';
import type { SignedLog } from './signed-log.js';

/** How long a start waits for a tree that is there already to reach the last promise; one being built is judged later. */
const JUDGING_TIMEOUT_MS = 2000;

/**
 * Opens the log and holds it against what was signed, before anything is served.
 * @throws LogContradicted: the service does not start
 */
export async function startCheckpointKeeper(
  log: SignedLog,
  readModels: ReadModels,
  events: KeeperEvents,
): Promise<CheckpointKeeper> {
  await log.open();
  const isBuilt = readModels.status().some(({ model }) => model === 'transparency');
  if (log.promisedPosition !== undefined && isBuilt) {
    await readModels.waitFor(log.promisedPosition, JUDGING_TIMEOUT_MS, ['transparency']);
    await log.judge();
  }
  const keeper = new CheckpointKeeper(log, events);
  keeper.start();
  return keeper;
}
