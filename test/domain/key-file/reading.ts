import { EncodingDetector } from '../../../src/domain/key-file/detection.js';
import { readFormat, type RawKeyFileFormat } from '../../../src/domain/key-file/format.js';
import { KeyFileReader, type KeyFileLine } from '../../../src/domain/key-file/key-file-reader.js';
import { Refusal } from '../../../src/domain/shared/refusal.js';
import { instantOf } from '../../../src/domain/shared/time.js';

export const RECEIVED_AT = '2026-09-15T12:00:00+08:00';

/** Cuts bytes into pieces of the given sizes, over and over, each in memory that the next piece overwrites. */
export function* inPieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  const memory = Buffer.alloc(Math.max(1, ...sizes));
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const piece = bytes.subarray(at, at + Math.max(1, sizes[turn % sizes.length] ?? 1));
    at += piece.length;
    memory.set(piece);
    yield memory.subarray(0, piece.length);
  }
}

export function detect(bytes: Uint8Array, sizes: readonly number[] = [65_536]): string {
  const detector = new EncodingDetector();
  for (const piece of inPieces(bytes, sizes)) detector.write(piece);
  return detector.end();
}

/** Every line of a file as the importer meets it, or the code that refuses the file. */
export function readFile(
  file: string | Uint8Array,
  format: RawKeyFileFormat,
  { sizes = [65_536], receivedAt = RECEIVED_AT }: { sizes?: readonly number[]; receivedAt?: string } = {},
): readonly KeyFileLine[] | string {
  const bytes = typeof file === 'string' ? Buffer.from(file, 'utf8') : file;
  const encoding = detect(bytes, sizes);
  if (encoding === 'undecodable') return 'undecodable_file';
  const reader = new KeyFileReader({
    format: readFormat(format),
    encoding: encoding as 'utf-8',
    receivedAt: instantOf(receivedAt),
  });
  try {
    const lines = [...inPieces(bytes, sizes)].length === 0 ? [] : readAll(reader, bytes, sizes);
    return [...lines, ...reader.end()];
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

function readAll(reader: KeyFileReader, bytes: Uint8Array, sizes: readonly number[]): KeyFileLine[] {
  const lines: KeyFileLine[] = [];
  for (const piece of inPieces(bytes, sizes)) lines.push(...reader.read(piece));
  return lines;
}

/** The lines in short: `header`, `blank`, the reason of a malformed one, or number|secret|expires of a key. */
export function told(
  file: string | Uint8Array,
  format: RawKeyFileFormat,
  options?: Parameters<typeof readFile>[2],
): readonly string[] | string {
  const lines = readFile(file, format, options);
  if (typeof lines === 'string') return lines;
  return lines.map((line, index) => {
    if (line.line !== index + 1) throw new Error(`line ${index + 1} is numbered ${line.line}`);
    if (line.kind === 'malformed') return line.reason;
    if (line.kind !== 'key') return line.kind;
    return [line.key.number ?? '-', line.key.secret, line.key.expiresOn ?? '-'].join('|');
  });
}
