import { Misfit } from '../findings.js';

/** The revisions of every stream: from 0, one after another. */
export class StreamRevisions {
  private readonly next = new Map<string, number>();

  get streams(): number {
    return this.next.size;
  }

  /** @throws Misfit where a revision does not follow */
  follow(stream: string, revision: number): void {
    const expected = this.next.get(stream) ?? 0;
    // What follows is judged from here on, so that one missing event is one finding.
    this.next.set(stream, revision + 1);
    if (revision === expected) return;
    const fault =
      revision > expected ? 'an event of its stream is missing before it' : 'its revision was taken';
    throw new Misfit('revision_gap', `${fault}: revision ${expected} was expected`);
  }
}
