/** The ledger's tree as a question sees it: all answers of one call are about one moment. */
export interface TreeView {
  readonly size: number;
  /** How far the tree has come in the engine's log. */
  readonly position: number;
  /** @throws RangeError beyond the tree */
  rootAt(size: number): Buffer;
  /** @throws RangeError beyond the tree */
  consistencyProof(oldSize: number, newSize: number): Buffer[];
}

/** Asks the tree; undefined before its first build. */
export type AskTree = <Value>(question: (view: TreeView) => Value) => Value | undefined;
