import type { ExpiryRun } from '../../domain/key-registry/events.js';
import type { UnitRange } from '../../domain/shared/units.js';

/** Joins the expiry runs of consecutive chunks into the units of a lot. */
export function appendRuns(units: UnitRange[], lotId: string, runs: readonly ExpiryRun[]): void {
  for (const [firstSerial, count, expiresOn] of runs) {
    const last = units.at(-1);
    if (
      last !== undefined &&
      (last.expiresOn ?? null) === expiresOn &&
      last.firstSerial + last.count === firstSerial
    ) {
      units[units.length - 1] = { ...last, count: last.count + count };
    } else {
      units.push(
        expiresOn === null ? { lotId, firstSerial, count } : { lotId, firstSerial, count, expiresOn },
      );
    }
  }
}
