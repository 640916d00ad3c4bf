/**
 * Bins of serials in levels, each eight times as wide as the one below. A range is filed in the narrowest bin that
 * holds all of it; a serial lies in one bin of each level, so whatever covers it is in one of LEVELS bins.
 * The scheme of the UCSC genome browser (Kent et al., 2002), with widths that suit orders of a few keys.
 */
const NARROWEST_BITS = 6;
const LEVEL_BITS = 3;
const LEVELS = 8;
/** Above every bin's number within a level: serials have at most 15 digits. */
const LEVEL_STRIDE = 2 ** 48;

function binAt(level: number, serial: number): number {
  // Beyond the widest level everything shares one bin, so that there is always one that holds a range.
  if (level === LEVELS) return LEVELS * LEVEL_STRIDE;
  return level * LEVEL_STRIDE + Math.floor(serial / 2 ** (NARROWEST_BITS + LEVEL_BITS * level));
}

/** The bin that a range is filed under. */
export function binOf(firstSerial: number, lastSerial: number): number {
  for (let level = 0; level < LEVELS; level += 1) {
    const bin = binAt(level, firstSerial);
    if (bin === binAt(level, lastSerial)) return bin;
  }
  return binAt(LEVELS, firstSerial);
}

/** Every bin that a range with this serial may be filed under, as many as BINS_PER_SERIAL. */
export function binsOf(serial: number): number[] {
  return Array.from({ length: BINS_PER_SERIAL }, (_, level) => binAt(level, serial));
}

export const BINS_PER_SERIAL = LEVELS + 1;
