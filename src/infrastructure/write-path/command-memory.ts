/** How many command ids a stream remembers. */
const COMMANDS_REMEMBERED_MAX = 4096;

/** At which revision each command id last caused events in one stream: the newest 4,096 of them. */
export class CommandMemory {
  private readonly revisions: Map<string, number>;

  constructor(kept: readonly (readonly [string, number])[] = []) {
    this.revisions = new Map(kept);
  }

  /** Notes the first event of an append that a command caused. */
  note(commandId: string, revision: number): void {
    this.revisions.delete(commandId);
    this.revisions.set(commandId, revision);
    if (this.revisions.size <= COMMANDS_REMEMBERED_MAX) return;
    const oldest = this.revisions.keys().next();
    if (oldest.done !== true) this.revisions.delete(oldest.value);
  }

  revisionOf(commandId: string): number | undefined {
    return this.revisions.get(commandId);
  }

  write(): readonly (readonly [string, number])[] {
    return [...this.revisions];
  }
}
