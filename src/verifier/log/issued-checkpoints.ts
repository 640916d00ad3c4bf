import { decodeBase64 } from '../../proof/base64.js';
import { HASH_BYTES } from '../../proof/hashes.js';
import { Malformed } from '../../proof/malformed.js';
import { Misfit } from '../findings.js';
import { countOf, textOf, type Members } from '../history/payloads.js';
import type { SourceEvent } from '../source/ledger-source.js';
import type { EventTree } from './event-tree.js';

export const CHECKPOINT_CATEGORY = 'aside.checkpoints';
const TYPE = 'CheckpointIssued';

/** What the ledger promised of itself, in the order in which it did: each must be the root of the history as it stands. */
export class IssuedCheckpoints {
  /** How many there are. */
  count = 0;
  /** The largest size at which the promise is kept; 0 without one. */
  confirmedSize = 0;
  private last: { readonly origin: string; readonly size: number; readonly root: string } | undefined;
  private isBroken = false;

  constructor(private readonly tree: EventTree) {}

  /**
   * Events come in the order of the log: when a checkpoint comes, all that it speaks of has come before.
   * @throws Misfit for a promise that is not kept; those after the first that is not are not judged
   */
  check({ type }: SourceEvent, payload: Members): void {
    this.count += 1;
    if (this.isBroken) return;
    if (type !== TYPE)
      throw new Misfit('unknown_event', `the stream of checkpoints holds an event of type ${type}`);
    const promise = {
      origin: textOf(payload, 'origin'),
      size: countOf(payload, 'size'),
      root: textOf(payload, 'root'),
    };
    this.requireOrder(promise.origin, promise.size);
    const root = rootOf(promise.root);
    if (promise.size > this.tree.size) {
      this.isBroken = true;
      throw new Misfit(
        'history_too_short',
        `it promises ${promise.size} events, and ${this.tree.size} stand before it: ${promise.size - this.tree.size} are missing`,
      );
    }
    if (!root.equals(this.tree.rootAt(promise.size))) {
      this.isBroken = true;
      throw new Misfit('checkpoint_differs', this.brokenPromise(promise.size));
    }
    this.confirmedSize = promise.size;
    this.last = promise;
  }

  private requireOrder(origin: string, size: number): void {
    const { last } = this;
    if (last === undefined || size > last.size || (size === last.size && origin !== last.origin)) return;
    throw new Misfit('checkpoint_order', `it is of size ${size} and follows one of size ${last.size}`);
  }

  private brokenPromise(size: number): string {
    const from = this.confirmedSize + 1;
    const where =
      from === size
        ? `event ${from} of the sequence is not the one that was promised`
        : `the first event that does not fit is one of ${from} to ${size} of the sequence`;
    return `the root of the first ${size} events is another than was promised: ${where} (or the checkpoint was changed)`;
  }
}

/** @throws Misfit */
export function rootOf(text: string): Buffer {
  try {
    const root = decodeBase64(text, 'the root');
    if (root.length === HASH_BYTES) return root;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  throw new Misfit('checkpoint_malformed', 'its root is not 32 bytes in base64');
}
