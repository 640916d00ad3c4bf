import type { Instant } from '../shared/time.js';
import type { UnitRange } from '../shared/units.js';

/** Held units of one lot: consecutive serials in one pool that share one expiry. */
export interface HeldRun {
  firstSerial: number;
  count: number;
  pool: string;
  expiresOn: string | undefined;
  /** When the keys themselves expire; undefined for never. */
  expiresAt: Instant | undefined;
}

/** Runs in the order of their serials, none overlapping: what one lot still holds, whatever pool it lies in. */
export type HeldRuns = HeldRun[];

function indexOfSerial(runs: HeldRuns, serial: number): number {
  let low = 0;
  let high = runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle] as HeldRun;
    if (serial < run.firstSerial) high = middle - 1;
    else if (serial >= run.firstSerial + run.count) low = middle + 1;
    else return middle;
  }
  return -1;
}

function insertionIndex(runs: HeldRuns, serial: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle] as HeldRun).firstSerial > serial) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Takes units out. They must all be held in one run. @returns what they were held as */
export function takeOut(runs: HeldRuns, range: UnitRange): HeldRun {
  const index = indexOfSerial(runs, range.firstSerial);
  const run = runs[index];
  if (run === undefined || range.firstSerial + range.count > run.firstSerial + run.count) {
    throw new RangeError(
      `units ${range.firstSerial}+${range.count} of ${range.lotId} are not held in one run`,
    );
  }
  const taken: HeldRun = { ...run, firstSerial: range.firstSerial, count: range.count };
  const before = range.firstSerial - run.firstSerial;
  const after = run.count - before - range.count;
  const rest: HeldRun[] = [];
  if (before > 0) rest.push({ ...run, count: before });
  if (after > 0) rest.push({ ...run, firstSerial: range.firstSerial + range.count, count: after });
  runs.splice(index, 1, ...rest);
  return taken;
}

function joins(left: HeldRun | undefined, right: HeldRun | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  const adjacent = left.firstSerial + left.count === right.firstSerial;
  return adjacent && left.pool === right.pool && left.expiresOn === right.expiresOn;
}

/** Puts units in where their serials belong, joined with their neighbours where nothing sets them apart. */
export function putIn(runs: HeldRuns, run: HeldRun): void {
  const index = insertionIndex(runs, run.firstSerial);
  const left = runs[index - 1];
  const right = runs[index];
  if (joins(left, run)) {
    (left as HeldRun).count += run.count;
    if (joins(left, right)) {
      (left as HeldRun).count += (right as HeldRun).count;
      runs.splice(index, 1);
    }
    return;
  }
  if (joins(run, right)) {
    (right as HeldRun).firstSerial = run.firstSerial;
    (right as HeldRun).count += run.count;
    return;
  }
  runs.splice(index, 0, { ...run });
}

/** A range of a run's first `count` units. */
export function rangeOf(lotId: string, run: HeldRun, count: number): UnitRange {
  const range = { lotId, firstSerial: run.firstSerial, count };
  return run.expiresOn === undefined ? range : { ...range, expiresOn: run.expiresOn };
}
