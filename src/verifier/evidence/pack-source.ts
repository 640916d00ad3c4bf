import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync, type Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { readZip, type ZippedFile } from './zip-reader.js';

/** The most files of a pack: a leaf bundle holds 256 events. */
const FILES_MAX = 1_000_000;
const PIECE_BYTES = 1 << 20;
/** The most that is read into memory at once; only events, proofs and leaves are larger, and are read in pieces. */
const WHOLE_BYTES_MAX = 512 * 1024 * 1024;

/** A pack, wherever it lies. Read in pieces, so that memory does not grow with it. */
export interface PackSource {
  /** In the order of their UTF-16 units. */
  readonly paths: readonly string[];
  /** What is wrong with the container itself; undefined for a sound one. */
  readonly fault: string | undefined;
  read(path: string): Iterable<Buffer>;
  close(): void;
}

/** Opens a folder or a zip. @throws Error of node:fs where there is neither */
export function openPack(path: string): PackSource {
  return statSync(path).isDirectory() ? new FolderPack(path) : new ZipPack(path);
}

export function readWhole(pack: PackSource, path: string): Buffer {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const piece of pack.read(path)) {
    bytes += piece.length;
    if (bytes > WHOLE_BYTES_MAX) throw new RangeError(`${path} is larger than ${WHOLE_BYTES_MAX} bytes`);
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

/** UTF-8, strictly. @throws TypeError */
export function readText(pack: PackSource, path: string): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readWhole(pack, path));
}

/** A file's lines, each ended by a newline; what stands after the last is told as `undefined`. */
export function* readLines(pack: PackSource, path: string): Generator<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for (const piece of pack.read(path)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield undefined;
}

class FolderPack implements PackSource {
  readonly paths: readonly string[];
  readonly fault: string | undefined;

  constructor(private readonly directory: string) {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    const others = entries.filter((entry) => !entry.isFile() && !entry.isDirectory());
    this.fault = others[0] === undefined ? undefined : `${others[0].name} is no plain file`;
    const files = entries.filter((entry) => entry.isFile());
    if (files.length > FILES_MAX) throw new RangeError(`a pack has at most ${FILES_MAX} files`);
    this.paths = files.map((entry) => this.pathOf(entry)).sort();
  }

  *read(path: string): Generator<Buffer> {
    const file = openSync(join(this.directory, path), 'r');
    try {
      yield* piecesOf(file, 0, fstatSync(file).size);
    } finally {
      closeSync(file);
    }
  }

  close(): void {
    // Files are open only while they are read.
  }

  private pathOf(entry: Dirent): string {
    return relative(this.directory, join(entry.parentPath, entry.name)).split(sep).join('/');
  }
}

class ZipPack implements PackSource {
  readonly paths: readonly string[];
  readonly fault: string | undefined;
  private readonly file: number;
  private readonly entries: ReadonlyMap<string, ZippedFile>;

  constructor(path: string) {
    this.file = openSync(path, 'r');
    const { files, fault } = readZip(this.file, fstatSync(this.file).size);
    this.entries = new Map(files.map((each) => [each.path, each]));
    this.paths = files.map((each) => each.path).sort();
    this.fault = fault;
  }

  read(path: string): Iterable<Buffer> {
    const entry = this.entries.get(path);
    if (entry === undefined) throw new RangeError(`the pack has no file ${path}`);
    return piecesOf(this.file, entry.offset, entry.bytes);
  }

  close(): void {
    closeSync(this.file);
  }
}

function* piecesOf(file: number, offset: number, bytes: number): Generator<Buffer> {
  for (let done = 0; done < bytes;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, bytes - done));
    const read = readSync(file, piece, 0, piece.length, offset + done);
    if (read === 0) return;
    done += read;
    yield piece.subarray(0, read);
  }
}
