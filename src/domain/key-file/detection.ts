import { strictDecoder, UndecodableBytes, type KeyFileEncoding, type StrictDecoder } from './decoding.js';

/** The most bytes that a mark has. */
const MARK_BYTES_MAX = 3;

/** A decoder that is still in the running for a file's encoding. */
interface Candidate {
  readonly encoding: KeyFileEncoding;
  readonly decoder: StrictDecoder;
}

/**
 * Learns a file's encoding from one reading of the whole file, in constant memory. A mark decides alone: bytes that
 * its encoding does not decode are not tried with another. Without a mark the file is UTF-8 if all of it is, else
 * GB18030 if all of it is.
 */
export class EncodingDetector {
  private start: Uint8Array | null = new Uint8Array(0);
  private candidates: readonly Candidate[] = [];

  /** True as soon as no encoding is left: the rest of the file need not be read. */
  get undecodable(): boolean {
    return this.start === null && this.candidates.length === 0;
  }

  write(bytes: Uint8Array): void {
    if (this.start === null) {
      this.advance(bytes);
      return;
    }
    const start = Uint8Array.from([...this.start, ...bytes.subarray(0, MARK_BYTES_MAX)]);
    const taken = Math.min(bytes.length, MARK_BYTES_MAX);
    if (start.length < MARK_BYTES_MAX) {
      this.start = start;
      return;
    }
    this.begin(start);
    this.advance(bytes.subarray(taken));
  }

  end(): KeyFileEncoding | 'undecodable' {
    if (this.start !== null) this.begin(this.start);
    this.keep(({ decoder }) => decoder.end());
    return this.candidates[0]?.encoding ?? 'undecodable';
  }

  private begin(start: Uint8Array): void {
    this.start = null;
    const marked = encodingOfMark(start);
    const encodings: readonly KeyFileEncoding[] = marked === null ? ['utf-8', 'gb18030'] : [marked];
    this.candidates = encodings.map((encoding) => ({ encoding, decoder: strictDecoder(encoding) }));
    this.advance(start);
  }

  private advance(bytes: Uint8Array): void {
    this.keep(({ decoder }) => void decoder.write(bytes));
  }

  private keep(step: (candidate: Candidate) => void): void {
    this.candidates = this.candidates.filter((candidate) => decodes(candidate, step));
  }
}

function decodes(candidate: Candidate, step: (candidate: Candidate) => void): boolean {
  try {
    step(candidate);
    return true;
  } catch (error) {
    if (error instanceof UndecodableBytes) return false;
    throw error;
  }
}

function encodingOfMark(start: Uint8Array): KeyFileEncoding | null {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8';
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return null;
}

/** As `EncodingDetector`, over a file's pieces; stops reading where the answer is known. */
export async function detectEncoding(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<KeyFileEncoding | 'undecodable'> {
  const detector = new EncodingDetector();
  for await (const piece of pieces) {
    detector.write(piece);
    if (detector.undecodable) return 'undecodable';
  }
  return detector.end();
}
