import type { GenesisState } from '../../domain/genesis/state.js';
import type { CheckpointStream, IssuedCheckpoint } from './checkpoint-stream.js';
import type { Checkpoint } from './events.js';
import { agreesWith, LogContradicted } from './log-contradicted.js';
import type { ReleasedCheckpoint, ReleasedCheckpointFile } from './released-checkpoint.js';
import type { AskTree } from './tree-view.js';

export interface SignedLogSurroundings {
  readonly checkpoints: CheckpointStream;
  readonly released: ReleasedCheckpointFile;
  /** What genesis says now, other instances' words included. */
  readonly genesis: () => Promise<Pick<GenesisState, 'origins' | 'signingKeys'>>;
  readonly tree: AskTree;
  /** The signed note of a checkpoint. */
  readonly sign: (checkpoint: Checkpoint, keys: GenesisState['signingKeys']) => Promise<string>;
  /** Adds what witnesses say, within bounds of its own; the note as it is where there are none. */
  readonly cosign: (note: string) => Promise<string>;
}

/** How often another instance may be faster within one step. */
const ATTEMPTS_MAX = 5;

/**
 * Makes the ledger's promises: a checkpoint is appended at an expected revision, extending the last one, then signed,
 * and nothing leaves that the tree contradicts.
 */
export class SignedLog {
  private last: IssuedCheckpoint | undefined;
  private current: ReleasedCheckpoint | undefined;

  constructor(private readonly surroundings: SignedLogSurroundings) {}

  /** What was released last; undefined before the first. */
  get latest(): ReleasedCheckpoint | undefined {
    return this.current;
  }

  /**
   * Reads what was promised before.
   * @throws LogContradicted where the ledger does not hold what this instance released
   */
  async open(): Promise<void> {
    const { released, checkpoints, genesis } = this.surroundings;
    const kept = released.read();
    const { origins } = await genesis();
    const standing = kept?.origin === origins.at(-1) ? kept : undefined;
    if (standing !== undefined) await this.checkKept(standing);
    this.last = await checkpoints.lastFrom(standing?.revision ?? 0);
  }

  /** Where the tree has to come before all of the last promise can be judged; undefined without one. */
  get promisedPosition(): number | undefined {
    return this.last?.position;
  }

  /** The last promise that the ledger holds, under whatever origin. */
  get lastPromise(): Checkpoint | undefined {
    return this.last;
  }

  /** Holds the tree, as far as it has come, against the last promise. @throws LogContradicted */
  async judge(): Promise<void> {
    const { origins } = await this.surroundings.genesis();
    this.check(origins.at(-1));
  }

  /**
   * Promises what the tree holds by now, and releases it. Does nothing while the tree is behind the last promise.
   * @returns what stands now
   * @throws LogContradicted
   */
  async advance(): Promise<ReleasedCheckpoint | undefined> {
    const { genesis } = this.surroundings;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      this.last =
        (await this.surroundings.checkpoints.lastFrom((this.last?.revision ?? -1) + 1)) ?? this.last;
      const { origins, signingKeys } = await genesis();
      const origin = origins.at(-1);
      if (origin === undefined) return undefined;
      const grown = this.check(origin);
      if (grown === 'behind') return this.current;
      if (grown === undefined) return this.last && this.release(this.last, signingKeys);
      const issued = await this.issue({ origin, ...grown });
      if (issued !== undefined) return this.release(issued, signingKeys);
    }
    return this.current;
  }

  private async issue(checkpoint: Checkpoint): Promise<IssuedCheckpoint | undefined> {
    const issued = await this.surroundings.checkpoints.issue(checkpoint, this.last);
    if (issued !== undefined) this.last = issued;
    return issued;
  }

  private async release(
    { origin, size, root, revision }: IssuedCheckpoint,
    keys: GenesisState['signingKeys'],
  ): Promise<ReleasedCheckpoint> {
    const { sign, cosign, released } = this.surroundings;
    const checkpoint = { origin, size, root };
    const signed = await sign(checkpoint, keys);
    if (this.current?.revision === revision && this.current.note.startsWith(signed)) return this.current;
    const promised = { ...checkpoint, revision, note: signed };
    await released.write(promised);
    const note = await cosign(signed);
    if (note !== signed) await released.write({ ...promised, note });
    this.current = { ...promised, note };
    return this.current;
  }

  /**
   * Holds the tree against the last promise under the present origin.
   * @returns what the tree has beyond it; undefined: nothing; `behind`: the tree has not come so far
   * @throws LogContradicted
   */
  private check(origin: string | undefined): Pick<Checkpoint, 'size' | 'root'> | 'behind' | undefined {
    const promised = this.last?.origin === origin ? this.last : undefined;
    const found = this.surroundings.tree((view) => {
      if (promised !== undefined && !agreesWith(view, promised)) return 'behind' as const;
      if (view.size === 0 || view.size === promised?.size) return null;
      return { size: view.size, root: view.rootAt(view.size).toString('base64') };
    });
    return found === undefined ? 'behind' : (found ?? undefined);
  }

  private async checkKept(kept: ReleasedCheckpoint): Promise<void> {
    const found = await this.surroundings.checkpoints.at(kept.revision);
    if (found?.size === kept.size && found.root === kept.root && found.origin === kept.origin) return;
    throw new LogContradicted(
      `this instance released a checkpoint of ${kept.size} events under ${kept.origin}, which the ledger does not ` +
        `hold${found === undefined ? '' : ' but another in its place'}`,
    );
  }
}
