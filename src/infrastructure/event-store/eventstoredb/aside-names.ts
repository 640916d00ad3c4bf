import { isInSequence } from '../../../domain/shared/identifiers.js';

/** Forgetting one costs a look at the server. */
const REMEMBERED_MAX = 10_000;
/** No part of a stream's name holds it unencoded. */
const MARK = '@';

/**
 * The server never takes anything for a stream that was destroyed (a tombstone, which also holds off an append that is
 * still under way), while the port lets a new one of its name begin. So the n-th successor of a destroyed aside stream
 * is kept under its name with `@n`, and nobody above sees that name.
 */
export class AsideNames {
  private readonly successors = new Map<string, number>();

  /** Under which name the stream is kept, as far as is known. @throws RangeError for a name that could be a successor's */
  kept(stream: string): string {
    if (isInSequence(stream)) return stream;
    if (stream.includes(MARK))
      throw new RangeError(`the name of an aside stream holds no ${MARK}: ${stream}`);
    const successor = this.successors.get(stream);
    return successor === undefined ? stream : `${stream}${MARK}${successor}`;
  }

  /** What is kept under this name is destroyed: from now on its successor is the stream. */
  destroyed(kept: string): void {
    const stream = publicName(kept);
    const next = successorOf(kept) + 1;
    if ((this.successors.get(stream) ?? 0) >= next) return;
    if (this.successors.size >= REMEMBERED_MAX) this.successors.clear();
    this.successors.set(stream, next);
  }
}

/** The stream's name above the port. */
export function publicName(kept: string): string {
  if (isInSequence(kept)) return kept;
  const mark = kept.lastIndexOf(MARK);
  return mark < 0 ? kept : kept.slice(0, mark);
}

function successorOf(kept: string): number {
  const mark = kept.lastIndexOf(MARK);
  return mark < 0 ? 0 : Number(kept.slice(mark + 1));
}
