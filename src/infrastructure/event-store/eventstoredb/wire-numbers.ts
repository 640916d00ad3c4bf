import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';

/**
 * A log position or revision of the wire as a number.
 * @throws RangeError where it would not be exact: no log of this service comes near 2^53 bytes (8 PiB)
 */
export function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${text} is beyond the positions this service can keep`);
  return value;
}

/** As `exactNumber`; undefined for the server's markers, such as the revision of a tombstone. */
export function revisionOf(text: string): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The server writes a UUID as it was sent, or as two signed halves. */
export function uuidText(uuid: UUID | undefined): string {
  if (uuid === undefined) return '';
  const halves = uuid.getStructured();
  if (halves === undefined) return uuid.getString();
  const hex = [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
