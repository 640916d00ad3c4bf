/** The encodings that the trade sends, by the WHATWG Encoding Standard's names. */
export type KeyFileEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

/** The bytes are not text of the encoding. */
export class UndecodableBytes extends Error {
  override readonly name = 'UndecodableBytes';

  constructor(readonly encoding: KeyFileEncoding) {
    super(`the bytes are not ${encoding}`);
  }
}

/** Turns bytes, in pieces of any size, into text. Strict: nothing is replaced. Holds at most three bytes back. */
export interface StrictDecoder {
  /** The text of whole characters so far, without the file's mark. @throws UndecodableBytes */
  write(bytes: Uint8Array): string;
  /** To be called once, after the last piece. @throws UndecodableBytes when a character is cut off */
  end(): void;
}

const MARK = '\uFEFF';
const NO_BYTES = new Uint8Array(0);
const UTF_16 = new TextDecoder('utf-16le', { ignoreBOM: true });
const SURROGATE_MASK = 0xfc;
const HIGH_SURROGATE = 0xd8;
const LOW_SURROGATE = 0xdc;

/**
 * A decoder for one file. The mark at the very start of UTF-8 and UTF-16 is dropped, once; GB18030 has none, so
 * U+FEFF written in it is an ordinary character.
 */
export function strictDecoder(encoding: KeyFileEncoding): StrictDecoder {
  switch (encoding) {
    case 'utf-8':
      return new CuttingDecoder(encoding, wholeUtf8Bytes, platformDecode(encoding));
    case 'gb18030':
      return new CuttingDecoder(encoding, wholeGb18030Bytes, platformDecode(encoding));
    case 'utf-16le':
    case 'utf-16be':
      return new CuttingDecoder(
        encoding,
        (bytes) => wholeUtf16Bytes(bytes, encoding),
        (bytes) => decodeUtf16(bytes, encoding),
      );
  }
}

/**
 * Cuts every piece after its last whole character and decodes what it cut at once: the platform's own streaming has
 * differed between versions, its decoding of whole texts has not.
 */
class CuttingDecoder implements StrictDecoder {
  private rest: Uint8Array = NO_BYTES;
  private atStart: boolean;

  constructor(
    private readonly encoding: KeyFileEncoding,
    private readonly wholeBytes: (bytes: Uint8Array) => number,
    private readonly decode: (bytes: Uint8Array) => string,
  ) {
    this.atStart = encoding !== 'gb18030';
  }

  write(piece: Uint8Array): string {
    const bytes = this.rest.length === 0 ? piece : joined(this.rest, piece);
    const whole = this.wholeBytes(bytes);
    // A copy: the caller may read the next piece into the same memory.
    this.rest = new Uint8Array(bytes.subarray(whole));
    if (whole === 0) return '';
    const text = this.decode(bytes.subarray(0, whole));
    if (!this.atStart) return text;
    this.atStart = false;
    return text.startsWith(MARK) ? text.slice(1) : text;
  }

  end(): void {
    if (this.rest.length > 0) throw new UndecodableBytes(this.encoding);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function platformDecode(encoding: 'utf-8' | 'gb18030'): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw new UndecodableBytes(encoding);
    }
  };
}

/** Cuts before a lead byte whose character is not complete; wrong bytes are left for the decoder to refuse. */
function wholeUtf8Bytes(bytes: Uint8Array): number {
  const first = Math.max(0, bytes.length - 3);
  for (let at = bytes.length - 1; at >= first; at -= 1) {
    const byte = bytes[at] as number;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return at + size > bytes.length ? at : bytes.length;
  }
  return bytes.length;
}

/** A byte below 0x30 is never a second, third or fourth one, so a character ends with it. */
function wholeGb18030Bytes(bytes: Uint8Array): number {
  let at = bytes.length;
  while (at > 0 && (bytes[at - 1] as number) >= 0x30) at -= 1;
  while (at < bytes.length) {
    const size = gb18030CharacterBytes(bytes[at] as number, bytes[at + 1]);
    if (at + size > bytes.length) return at;
    at += size;
  }
  return at;
}

function gb18030CharacterBytes(lead: number, second: number | undefined): number {
  if (lead <= 0x80 || lead === 0xff) return 1;
  return second !== undefined && second >= 0x30 && second <= 0x39 ? 4 : 2;
}

function wholeUtf16Bytes(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): number {
  const even = bytes.length - (bytes.length % 2);
  if (even === 0) return 0;
  const lastHigh = bytes[encoding === 'utf-16le' ? even - 1 : even - 2] as number;
  return (lastHigh & SURROGATE_MASK) === HIGH_SURROGATE ? even - 2 : even;
}

/** The pairing is checked by hand: the platform's decoder has let lone surrogates through in some versions. */
function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): string {
  const little = encoding === 'utf-16le' ? bytes : swapped(bytes);
  if (!isPaired(little)) throw new UndecodableBytes(encoding);
  return UTF_16.decode(little);
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 2) {
    result[at] = bytes[at + 1] as number;
    result[at + 1] = bytes[at] as number;
  }
  return result;
}

/** Whether every high surrogate (D8–DB) is followed by a low one (DC–DF), and no low one stands elsewhere. */
function isPaired(little: Uint8Array): boolean {
  for (let at = 1; at < little.length; at += 2) {
    const half = (little[at] as number) & SURROGATE_MASK;
    if (half === LOW_SURROGATE) return false;
    if (half !== HIGH_SURROGATE) continue;
    at += 2;
    if (at >= little.length || ((little[at] as number) & SURROGATE_MASK) !== LOW_SURROGATE) return false;
  }
  return true;
}
