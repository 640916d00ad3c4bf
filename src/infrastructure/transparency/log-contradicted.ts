import type { IssuedCheckpoint } from './checkpoint-stream.js';
import type { TreeView } from './tree-view.js';

/** The log that is found is not the one that was promised: nothing may be signed, and the service does not start. */
export class LogContradicted extends Error {
  override readonly name = 'LogContradicted';

  constructor(what: string) {
    super(
      `${what}; the log contradicts what was signed. Restore the ledger as it was, or, where that is lost for good, ` +
        'run: sourcebook log fork',
    );
  }
}

/**
 * Whether the tree holds what was promised; false while it has not come so far. A checkpoint stands in the log behind
 * all that it promises: a tree that has passed it has those events, or never will.
 * @throws LogContradicted
 */
export function agreesWith(view: TreeView, promised: IssuedCheckpoint): boolean {
  const { size, root, position, origin } = promised;
  if (view.size < size) {
    if (view.position < position) return false;
    throw new LogContradicted(`${origin} promised ${size} events, and the ledger holds ${view.size}`);
  }
  if (view.rootAt(size).toString('base64') === root) return true;
  throw new LogContradicted(`the first ${size} events are not those that ${origin} promised`);
}
