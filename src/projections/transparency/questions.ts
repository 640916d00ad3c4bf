/** What can be asked of the ledger's tree (RFC 6962). Leaf n of the tree is event n + 1 of the ledger's sequence. */
export interface TransparencyQuestions {
  /** How many leaves there are. */
  size(): number;
  /** The root of the tree's first `size` leaves. @throws RangeError beyond the tree */
  rootAt(size: number): Buffer;
  /** The leaf's hash first needs no proof: its siblings' hashes up to the root. @throws RangeError beyond the tree */
  inclusionProof(index: number, size: number): Buffer[];
  /** @throws RangeError beyond the tree, or for an older size of 0 */
  consistencyProof(oldSize: number, newSize: number): Buffer[];
  /** `width` hashes of a tile (C2SP tlog-tiles); undefined where the tree has not come so far. */
  tile(level: number, number: number, width: number): Buffer | undefined;
  /** Entries in the leaves' order, at most `count`. */
  entries(fromIndex: number, count: number): Buffer[];
  /** The sequence of an event; undefined where the tree does not hold it. */
  sequenceOf(eventId: string): number | undefined;
  /** The last sequence that stands at or before a position of the engine's log; 0 before the first. */
  sequenceAt(position: number): number;
}
