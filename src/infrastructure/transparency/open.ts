import { genesisTarget } from '../../domain/processes/targets.js';
import { formatCheckpoint } from '../../proof/checkpoint.js';
import { Ed25519Signer, signNote } from '../../proof/note.js';
import { presentTime } from '../host/clock.js';
import type { OpenLedger } from '../host/open-ledger.js';
import { ReadModelMissing, type ReadModels } from '../projection-runner/read-models.js';
import { CheckpointStream } from './checkpoint-stream.js';
import { ReleasedCheckpointFile } from './released-checkpoint.js';
import { SignedLog, type SignedLogSurroundings } from './signed-log.js';
import type { AskTree } from './tree-view.js';

type Parts = Pick<OpenLedger, 'configuration' | 'store' | 'ledger' | 'signingKeys'>;

/** Adds cosignatures; the note as it is without witnesses. */
export type Cosign = SignedLogSurroundings['cosign'];

/** The ledger's signed log over read models that somebody keeps up to date. */
export function signedLogOf(open: Parts, readModels: ReadModels, cosign: Cosign): SignedLog {
  const { configuration, store, ledger } = open;
  return new SignedLog({
    checkpoints: new CheckpointStream({
      store,
      ledgerName: configuration.ledger,
      now: presentTime,
    }),
    released: new ReleasedCheckpointFile(configuration.directory),
    genesis: () => {
      ledger.refresh(genesisTarget);
      return ledger.ask(genesisTarget, ({ origins, signingKeys }) => ({ origins, signingKeys }));
    },
    tree: treeOf(readModels),
    sign: (checkpoint, keys) => signed(open, checkpoint, keys),
    cosign,
  });
}

/** The tree in the read models' directory. */
export function treeOf(readModels: ReadModels): AskTree {
  return (question) => {
    try {
      return readModels.read(['transparency'], ({ transparency }, { position }) =>
        question({
          size: transparency.size(),
          position,
          rootAt: (size) => transparency.rootAt(size),
          consistencyProof: (oldSize, newSize) => transparency.consistencyProof(oldSize, newSize),
        }),
      ).value;
    } catch (error) {
      if (error instanceof ReadModelMissing) return undefined;
      throw error;
    }
  };
}

/** Every key that signs now adds its line: who knows but one of them during a change of keys can verify. */
async function signed(
  { signingKeys }: Parts,
  { origin, size, root }: Parameters<SignedLogSurroundings['sign']>[0],
  keys: Parameters<SignedLogSurroundings['sign']>[1],
): Promise<string> {
  const signers = await Promise.all(
    keys.map(async (key) => new Ed25519Signer(origin, await signingKeys.seedOf(key))),
  );
  return signNote(formatCheckpoint({ origin, size, root: Buffer.from(root, 'base64') }), signers);
}
