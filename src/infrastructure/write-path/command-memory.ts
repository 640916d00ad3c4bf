import { hash } from 'node:crypto';

/** How many command ids a stream remembers. */
const COMMANDS_REMEMBERED_MAX = 4_096;
const FIRST_CAPACITY = 4;
/** 48 bits: a JavaScript number holds them exactly. */
const FINGERPRINT_HEX_DIGITS = 12;

/** A command id's fingerprint and the revision at which it last caused events. */
export type RememberedCommand = readonly [fingerprint: number, revision: number];

/**
 * At which revision each command id last caused events in one stream: the newest 4,096 of them. Thousands of streams
 * remember at once, so an id is kept as 48 bits of its SHA-256 in plain arrays, 12 bytes where a map of texts took 100.
 * Whoever is told a revision finds the whole id there; two that share a fingerprint so cost the older its place at most.
 */
export class CommandMemory {
  /** Oldest first. */
  private fingerprints: Float64Array;
  private revisions: Uint32Array;
  private count = 0;

  constructor(kept: readonly RememberedCommand[] = []) {
    const capacity = Math.max(FIRST_CAPACITY, Math.min(kept.length, COMMANDS_REMEMBERED_MAX));
    this.fingerprints = new Float64Array(capacity);
    this.revisions = new Uint32Array(capacity);
    for (const [fingerprint, revision] of kept) this.append(fingerprint, revision);
  }

  /** Notes the first event of an append that a command caused. */
  note(commandId: string, revision: number): void {
    const fingerprint = fingerprintOf(commandId);
    const known = this.indexOf(fingerprint);
    if (known >= 0) this.removeAt(known);
    this.append(fingerprint, revision);
  }

  /** Where to look for what the command caused; undefined for one that is not remembered. */
  revisionOf(commandId: string): number | undefined {
    const index = this.indexOf(fingerprintOf(commandId));
    return index < 0 ? undefined : this.revisions[index];
  }

  write(): readonly RememberedCommand[] {
    const fingerprints = this.fingerprints.subarray(0, this.count);
    return Array.from(fingerprints, (fingerprint, index) => [fingerprint, this.revisions[index] as number]);
  }

  private indexOf(fingerprint: number): number {
    const index = this.fingerprints.indexOf(fingerprint);
    return index < this.count ? index : -1;
  }

  private append(fingerprint: number, revision: number): void {
    if (this.count === COMMANDS_REMEMBERED_MAX) this.removeAt(0);
    if (this.count === this.fingerprints.length) this.grow();
    this.fingerprints[this.count] = fingerprint;
    this.revisions[this.count] = revision;
    this.count += 1;
  }

  private removeAt(index: number): void {
    this.fingerprints.copyWithin(index, index + 1, this.count);
    this.revisions.copyWithin(index, index + 1, this.count);
    this.count -= 1;
  }

  private grow(): void {
    const capacity = Math.min(this.count * 2, COMMANDS_REMEMBERED_MAX);
    const { fingerprints, revisions } = this;
    this.fingerprints = new Float64Array(capacity);
    this.revisions = new Uint32Array(capacity);
    this.fingerprints.set(fingerprints);
    this.revisions.set(revisions);
  }
}

/** A command is first looked for and then noted: the second time its fingerprint is at hand. */
let last: { readonly commandId: string; readonly fingerprint: number } | undefined;

function fingerprintOf(commandId: string): number {
  if (last?.commandId !== commandId) {
    const fingerprint = Number.parseInt(hash('sha256', commandId).slice(0, FINGERPRINT_HEX_DIGITS), 16);
    last = { commandId, fingerprint };
  }
  return last.fingerprint;
}
