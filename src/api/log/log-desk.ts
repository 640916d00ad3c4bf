import { Inject, Injectable } from '@nestjs/common';
import { OPEN_LEDGER, type OpenLedger } from '../../infrastructure/host/open-ledger.js';
import { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { CheckpointKeeper } from '../../infrastructure/transparency/checkpoint-keeper.js';
import { logKeysOf, logPolicy, type LogKeys } from '../../infrastructure/transparency/log-keys.js';
import type { ReleasedCheckpoint } from '../../infrastructure/transparency/released-checkpoint.js';
import { witnessPolicyOf } from '../../infrastructure/transparency/witnessing.js';
import type { TransparencyQuestions } from '../../projections/transparency/questions.js';
import { encodeEntries, readTilePath, TILE_HASHES, type TileAddress } from '../../proof/tiles.js';
import { formatTlogProof } from '../../proof/tlog-proof.js';
import { ApiProblem } from '../problems/problem.js';
import { READ_MODELS, WAIT_MS_MAX } from '../queries/read-model-desk.js';

/** What the ledger's promises are injected as. */
export const CHECKPOINTS = Symbol('Checkpoints');

export type Checkpoints = Pick<CheckpointKeeper, 'latest' | 'whenCovering'>;

/** That one tree begins with another. Hashes in base64. */
export interface Consistency {
  readonly oldSize: number;
  readonly oldRoot: string;
  readonly newSize: number;
  readonly newRoot: string;
  readonly proof: readonly string[];
}

/** Answers from the ledger's tree and its promises. */
@Injectable()
export class LogDesk {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(CHECKPOINTS) private readonly checkpoints: Checkpoints,
    @Inject(OPEN_LEDGER) private readonly open: Pick<OpenLedger, 'ledger' | 'signingKeys' | 'configuration'>,
  ) {}

  keys(): Promise<LogKeys> {
    return logKeysOf(this.open);
  }

  async policy(): Promise<string> {
    return logPolicy(await this.keys(), witnessPolicyOf(this.open.configuration));
  }

  /** @throws ApiProblem `checkpoint_not_reached` before the first one */
  latest(): ReleasedCheckpoint {
    const { latest } = this.checkpoints;
    if (latest !== undefined) return latest;
    throw new ApiProblem(
      'checkpoint_not_reached',
      'the ledger has signed no checkpoint yet; ask again later',
    );
  }

  /** A tile's hashes, or its entries. @throws ApiProblem `not_found` */
  tile(path: string): { readonly bytes: Buffer; readonly address: TileAddress } {
    const address = readTilePath(`tile/${path}`);
    const bytes = address === undefined ? undefined : this.ask((tree) => bytesOf(tree, address));
    if (bytes !== undefined && address !== undefined) return { bytes, address };
    throw new ApiProblem('not_found', 'the tree has no such tile; see the size in /log/checkpoint');
  }

  /** @throws ApiProblem `not_found` or `checkpoint_not_reached` */
  async proofOf(eventId: string): Promise<string> {
    const sequence = this.ask((tree) => tree.sequenceOf(eventId));
    if (sequence === undefined)
      throw new ApiProblem('not_found', 'no event of this id is in the tree; a new one takes up to a second');
    const checkpoint = await this.covering(sequence);
    const proof = this.ask((tree) => tree.inclusionProof(sequence - 1, checkpoint.size));
    return formatTlogProof({ index: sequence - 1, proof, checkpoint: checkpoint.note });
  }

  /** @throws ApiProblem `not_found` beyond the tree */
  consistency(oldSize: number, newSize: number): Consistency {
    return this.ask((tree) => {
      const size = tree.size();
      if (newSize > size)
        throw new ApiProblem('not_found', `the tree has ${size} leaves; ask for sizes up to that`);
      return {
        oldSize,
        oldRoot: tree.rootAt(oldSize).toString('base64'),
        newSize,
        newRoot: tree.rootAt(newSize).toString('base64'),
        proof: tree.consistencyProof(oldSize, newSize).map((hash) => hash.toString('base64')),
      };
    });
  }

  /** The sequence at a position of the engine's log, waited for; undefined where the tree did not come there in time. */
  async sequenceWhenAt(position: number): Promise<number | undefined> {
    if (!(await this.models.waitFor(position, WAIT_MS_MAX, ['transparency']))) return undefined;
    return this.ask((tree) => tree.sequenceAt(position));
  }

  /** The size of a checkpoint that covers a sequence, waited for; undefined where there was none in time. */
  async checkpointSizeWhenCovering(sequence: number): Promise<number | undefined> {
    return (await this.checkpoints.whenCovering(sequence, WAIT_MS_MAX))?.size;
  }

  private async covering(sequence: number): Promise<ReleasedCheckpoint> {
    const checkpoint = await this.checkpoints.whenCovering(sequence, WAIT_MS_MAX);
    if (checkpoint !== undefined) return checkpoint;
    throw new ApiProblem('checkpoint_not_reached', 'no checkpoint covers the event yet; ask again');
  }

  private ask<Value>(question: (tree: TransparencyQuestions) => Value): Value {
    return this.models.read(['transparency'], ({ transparency }) => question(transparency)).value;
  }
}

function bytesOf(tree: TransparencyQuestions, { level, number, width }: TileAddress): Buffer | undefined {
  if (level !== 'entries') return tree.tile(level, number, width);
  const entries = tree.entries(number * TILE_HASHES, width);
  return entries.length === width ? encodeEntries(entries) : undefined;
}
