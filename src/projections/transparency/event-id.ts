/** A UUID's 16 bytes. @throws RangeError for a text that is none */
export function eventIdBytes(eventId: string): Buffer {
  const bytes = Buffer.from(eventId.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new RangeError(`${eventId} is no UUID`);
  return bytes;
}
