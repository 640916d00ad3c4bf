import { Malformed } from './malformed.js';

/**
 * Standard base64 with its padding (RFC 4648 §4), in its one canonical spelling: otherwise bits of a proof could be
 * changed without anybody noticing. @throws Malformed
 */
export function decodeBase64(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (text === '' || bytes.toString('base64') !== text)
    throw new Malformed(`${what} is not canonical base64`);
  return bytes;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
