import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.js';
import type { Checkpoint } from './events.js';

/** What left this instance last. It outlives a ledger that is replaced by an older backup. */
export interface ReleasedCheckpoint extends Checkpoint {
  /** In the stream of checkpoints. */
  readonly revision: number;
  /** The signed note, with the cosignatures that were there when it left. */
  readonly note: string;
}

/** Not read: the file is there and holds something else. */
export class ReleasedCheckpointUnreadable extends Error {
  override readonly name = 'ReleasedCheckpointUnreadable';
}

export class ReleasedCheckpointFile {
  private readonly path: string;

  /** @param directory the ledger's data directory */
  constructor(directory: string) {
    this.path = join(directory, 'released-checkpoint.json');
  }

  /** Undefined where none ever left. @throws ReleasedCheckpointUnreadable */
  read(): ReleasedCheckpoint | undefined {
    if (!existsSync(this.path)) return undefined;
    const released = parsed(readFileSync(this.path, 'utf8'));
    if (released !== undefined) return released;
    throw new ReleasedCheckpointUnreadable(
      `${this.path} is damaged; restore it from a backup, or take it away when the checkpoints that auditors ` +
        'hold were checked with sourcebook verify',
    );
  }

  /** Durable before a signature leaves; one at a time. */
  async write(released: ReleasedCheckpoint): Promise<void> {
    await writeDurably(this.path, `${JSON.stringify(released, null, 2)}\n`);
  }
}

function parsed(text: string): ReleasedCheckpoint | undefined {
  let value: Partial<ReleasedCheckpoint>;
  try {
    value = JSON.parse(text) as Partial<ReleasedCheckpoint>;
  } catch {
    return undefined;
  }
  const { origin, size, root, revision, note } = value;
  const texts = [origin, root, note].every((member) => typeof member === 'string');
  const numbers = [size, revision].every((member) => Number.isSafeInteger(member));
  return texts && numbers ? (value as ReleasedCheckpoint) : undefined;
}
