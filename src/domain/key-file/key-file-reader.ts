import { Refusal } from '../shared/refusal.js';
import type { Instant } from '../shared/time.js';
import { KeyLineRules, LINE_BYTES_MAX, type CardKey, type MalformedReason } from './classify.js';
import { placesOfHeader, placesOfList } from './columns.js';
import { strictDecoder, UndecodableBytes, type KeyFileEncoding, type StrictDecoder } from './decoding.js';
import type { KeyFileFormat } from './format.js';
import { isBlank, LineSplitter, type Line } from './lines.js';
import { maskLine } from './masking.js';

/** The longest header that is read, in UTF-16 code units: the rules set no limit, memory does. */
export const HEADER_LENGTH_MAX = 1_048_576;

/**
 * How a line is classed by itself, its number counted from 1 with the header. Whether a key is accepted or a
 * duplicate, only the ledger and the file's earlier lines can say.
 */
export type KeyFileLine =
  | { readonly kind: 'header'; readonly line: number }
  | { readonly kind: 'blank'; readonly line: number }
  | {
      readonly kind: 'malformed';
      readonly line: number;
      readonly reason: MalformedReason;
      readonly preview: string;
    }
  | { readonly kind: 'key'; readonly line: number; readonly key: CardKey };

export interface KeyFileReading {
  readonly format: KeyFileFormat;
  /** What an `EncodingDetector` found when the file was read the first time. */
  readonly encoding: KeyFileEncoding;
  readonly receivedAt: Instant;
}

/** Reads one card-key file, fed in pieces of any size, into classed lines. Constant memory. */
export class KeyFileReader {
  private readonly decoder: StrictDecoder;
  private readonly splitter: LineSplitter;
  private readonly format: KeyFileFormat;
  private readonly receivedAt: Instant;
  /** Null until the header is read. */
  private rules: KeyLineRules | null = null;
  private lines = 0;

  constructor(reading: KeyFileReading) {
    this.format = reading.format;
    this.receivedAt = reading.receivedAt;
    this.decoder = strictDecoder(reading.encoding);
    this.splitter = new LineSplitter(this.format.header ? HEADER_LENGTH_MAX : LINE_BYTES_MAX, LINE_BYTES_MAX);
    if (!this.format.header) {
      this.rules = new KeyLineRules(this.format, placesOfList(this.format), this.receivedAt);
    }
  }

  /**
   * The lines that end within this piece.
   * @throws Refusal `undecodable_file` or `bad_header`; the reader is of no use afterwards
   */
  read(piece: Uint8Array): readonly KeyFileLine[] {
    const lines: KeyFileLine[] = [];
    const text = decoded(() => this.decoder.write(piece));
    this.splitter.write(text, (line) => lines.push(this.classify(line)));
    return lines;
  }

  /** What is left after the last piece. @throws Refusal as `read` does, and `bad_header` when there was no header */
  end(): readonly KeyFileLine[] {
    const lines: KeyFileLine[] = [];
    decoded(() => this.decoder.end());
    this.splitter.end((line) => lines.push(this.classify(line)));
    if (this.rules === null) throw badHeader('the file has no first line');
    return lines;
  }

  private classify(text: Line): KeyFileLine {
    this.lines += 1;
    const line = this.lines;
    if (this.rules === null) {
      this.rules = this.readHeader(text);
      return { kind: 'header', line };
    }
    if (typeof text !== 'string') {
      return text.blank ? { kind: 'blank', line } : malformed(line, 'line_too_long', '');
    }
    if (isBlank(text)) return { kind: 'blank', line };
    const key = this.rules.read(text);
    if (typeof key === 'string') return malformed(line, key, text);
    return { kind: 'key', line, key };
  }

  private readHeader(text: Line): KeyLineRules {
    if (!this.format.header) throw new RangeError('a file without header has none to read');
    if (typeof text !== 'string' || text.length > HEADER_LENGTH_MAX) {
      throw badHeader(`the first line is longer than ${HEADER_LENGTH_MAX} characters`);
    }
    const places = placesOfHeader(this.format, text);
    if ('fault' in places) throw badHeader(places.fault);
    return new KeyLineRules(this.format, places, this.receivedAt);
  }
}

/** The end of an overlong line is known only by chance of how the file was cut, so it is not shown. */
function malformed(line: number, reason: MalformedReason, text: string): KeyFileLine {
  return { kind: 'malformed', line, reason, preview: maskLine(reason === 'line_too_long' ? '' : text) };
}

function badHeader(fault: string): Refusal {
  return new Refusal(
    'bad_header',
    `${fault}; correct the file's header, the separator or the columns and send it again`,
  );
}

function decoded<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (error instanceof UndecodableBytes) throw undecodableFile();
    throw error;
  }
}

/** For a file whose encoding the detector did not find, too. */
export function undecodableFile(): Refusal {
  return new Refusal(
    'undecodable_file',
    'the file is neither UTF-8 nor GB18030, nor what its byte order mark says; save it again in one of them',
  );
}
