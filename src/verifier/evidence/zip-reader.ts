import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** A file within a zip: its bytes stand there as they are. */
export interface ZippedFile {
  readonly path: string;
  /** Of its first byte within the zip. */
  readonly offset: number;
  readonly bytes: number;
}

const LOCAL_BYTES = 30;
const END_BYTES = 22;
const LOCAL_SIGNATURE = 0x04034b50;
const END_SIGNATURE = 0x06054b50;
const PIECE_BYTES = 1 << 20;
const NAME_BYTES_MAX = 1024;

/** What every local header of a pack says from its version to its date: stored, UTF-8, 1980-01-01 00:00. */
const LOCAL_START = Buffer.from('504b03041400000800000000 2100'.replace(' ', ''), 'hex');
const CENTRAL_START = Buffer.from('504b010214031400000800000000 2100'.replace(' ', ''), 'hex');
/** No comment, first disk, a plain file of mode 0644. */
const CENTRAL_MIDDLE = Buffer.from('000000000000 0000a481'.replace(' ', ''), 'hex');

interface Entry extends ZippedFile {
  readonly header: Buffer;
  readonly at: number;
}

/**
 * Reads a zip of the one spelling that packs have (APPNOTE 6.3.9): every byte of it is a file's, or follows from the
 * files. The fault names the first place that differs; files up to there are told all the same.
 */
export function readZip(
  file: number,
  size: number,
): { readonly files: readonly ZippedFile[]; readonly fault: string | undefined } {
  const files: Entry[] = [];
  let at = 0;
  try {
    while (peek(file, at) === LOCAL_SIGNATURE) {
      const entry = readLocal(file, at, size);
      const previous = files.at(-1);
      if (previous !== undefined && !(previous.path < entry.path))
        throw new RangeError(`${entry.path} stands in the wrong place of the zip`);
      files.push(entry);
      at = entry.offset + entry.bytes;
    }
    const directory = directoryOf(files, at);
    const rest = bytesAt(file, at, Math.max(0, size - at));
    if (!rest.equals(directory))
      throw new RangeError(`the zip's directory is not that of its files, from byte ${at} on`);
    return { files, fault: undefined };
  } catch (error) {
    return { files, fault: error instanceof Error ? error.message : String(error) };
  }
}

function peek(file: number, at: number): number {
  const bytes = bytesAt(file, at, 4);
  return bytes.length === 4 ? bytes.readUInt32LE() : END_SIGNATURE;
}

function readLocal(file: number, at: number, size: number): Entry {
  const header = bytesAt(file, at, LOCAL_BYTES);
  if (header.length < LOCAL_BYTES || !header.subarray(0, LOCAL_START.length).equals(LOCAL_START))
    throw new RangeError(`the header at byte ${at} of the zip is not written as a pack's`);
  const [stored, bytes] = [header.readUInt32LE(18), header.readUInt32LE(22)];
  const [nameBytes, extraBytes] = [header.readUInt16LE(26), header.readUInt16LE(28)];
  if (stored !== bytes || extraBytes !== 0 || nameBytes === 0 || nameBytes > NAME_BYTES_MAX)
    throw new RangeError(`the header at byte ${at} of the zip is not written as a pack's`);
  const name = bytesAt(file, at + LOCAL_BYTES, nameBytes);
  const path = name.toString('utf8');
  const offset = at + LOCAL_BYTES + nameBytes;
  if (!Buffer.from(path).equals(name) || offset + bytes > size)
    throw new RangeError(`the file at byte ${at} of the zip is cut off, or its name is no UTF-8`);
  if (checksum(file, offset, bytes) !== header.readUInt32LE(14))
    throw new RangeError(`${path} has another checksum than the zip says`);
  return { path, offset, bytes, at, header: header.subarray(LOCAL_START.length) };
}

function checksum(file: number, offset: number, bytes: number): number {
  let crc = 0;
  for (let done = 0; done < bytes; done += PIECE_BYTES)
    crc = crc32(bytesAt(file, offset + done, Math.min(PIECE_BYTES, bytes - done)), crc);
  return crc;
}

/** The directory that these files must have. */
function directoryOf(files: readonly Entry[], at: number): Buffer {
  const index = Buffer.concat(
    files.map(({ path, header, at: headerAt }) => {
      const position = Buffer.alloc(4);
      position.writeUInt32LE(headerAt);
      return Buffer.concat([CENTRAL_START, header, CENTRAL_MIDDLE, position, Buffer.from(path)]);
    }),
  );
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_SIGNATURE, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([index, end]);
}

function bytesAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const read = readSync(file, bytes, done, length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}
