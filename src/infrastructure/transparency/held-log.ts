import { join } from 'node:path';
import { presentTime } from '../host/clock.js';
import type { OpenLedger } from '../host/open-ledger.js';
import { catchUp } from '../projection-runner/catch-up.js';
import { ReadModels } from '../projection-runner/read-models.js';
import { CheckpointStream } from './checkpoint-stream.js';
import type { CheckpointKeeper } from './checkpoint-keeper.js';
import type { Checkpoint } from './events.js';
import { signedLogOf, treeOf, type Cosign } from './open.js';
import { ReleasedCheckpointFile, type ReleasedCheckpoint } from './released-checkpoint.js';
import type { AskTree } from './tree-view.js';

const CHECKPOINT_TIMEOUT_MS = 30_000;

/** The tree, or who signs it, did not come so far in time. */
export class CheckpointNotReached extends Error {
  override readonly name = 'CheckpointNotReached';
}

/** The signed log, as the holder of a ledger keeps it. */
export interface HeldLog {
  /** What was promised last, by this ledger or this instance; undefined before the first time. */
  promised(): Promise<Checkpoint | undefined>;
  /** A checkpoint over all that was recorded before this was asked. @throws LogContradicted @throws CheckpointNotReached */
  checkpointNow(): Promise<ReleasedCheckpoint>;
}

type Parts = Pick<OpenLedger, 'configuration' | 'store' | 'ledger' | 'signingKeys'>;

/** Of a service, whose keeper signs and whose read models are kept up to date. */
export function logOfService(open: Parts, readModels: ReadModels, keeper: CheckpointKeeper): HeldLog {
  return {
    promised: () => lastPromise(open),
    checkpointNow: async () => {
      const head = await open.store.head();
      const reached = await readModels.waitFor(head, CHECKPOINT_TIMEOUT_MS, ['transparency']);
      const size = readModels.read(['transparency'], ({ transparency }) => transparency.size()).value;
      const released = reached ? await keeper.whenCovering(size, CHECKPOINT_TIMEOUT_MS) : undefined;
      if (released !== undefined) return released;
      throw new CheckpointNotReached('no checkpoint over all events was made in time; see the service log');
    },
  };
}

/** Of a command that has the ledger to itself: it brings the tree up to date and signs once. */
export function logOfCommand(open: Parts, cosignWith: (tree: AskTree) => Cosign): HeldLog {
  return {
    promised: () => lastPromise(open),
    checkpointNow: async () => {
      const directory = join(open.configuration.directory, 'read-models');
      await catchUp({ store: open.store, directory });
      const readModels = new ReadModels(directory);
      try {
        const log = signedLogOf(open, readModels, cosignWith(treeOf(readModels)));
        await log.open();
        const released = await log.advance();
        if (released !== undefined) return released;
        throw new CheckpointNotReached('the tree has stopped; see sourcebook projections status');
      } finally {
        readModels.close();
      }
    },
  };
}

/** This instance may have released what the ledger does not hold any more: that is what a fork breaks with. */
async function lastPromise({ configuration, store }: Parts): Promise<Checkpoint | undefined> {
  const kept = new ReleasedCheckpointFile(configuration.directory).read();
  const found = await new CheckpointStream({
    store,
    ledgerName: configuration.ledger,
    now: presentTime,
  }).lastFrom(0);
  if (kept === undefined) return found;
  return found !== undefined && found.size > kept.size ? found : kept;
}
