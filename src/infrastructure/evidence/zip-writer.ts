import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { EvidenceRefused } from './ports.js';

/*
 * A zip of one spelling (APPNOTE 6.3.9): files stored as they are in the order of their paths, no times, no comments, no
 * extra fields, so that the same pack is the same bytes whoever writes it.
 */
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION_NEEDED = 20;
/** Made on Unix (3), where the upper half of the attributes is a file's mode. */
const VERSION_MADE_BY = (3 << 8) | VERSION_NEEDED;
const FLAG_UTF8 = 0x0800;
const STORED = 0;
const MIDNIGHT = 0;
/** 1980-01-01, the first day that a zip can say. */
const FIRST_DAY = 0x0021;
const REGULAR_FILE_MODE = 0o100644;

/** Beyond these a zip needs the 64-bit form. */
const ZIP_BYTES_MAX = 0xffff_ffff;
const ZIP_FILES_MAX = 0xffff;

interface ZipEntry {
  readonly name: Buffer;
  readonly crc: number;
  readonly bytes: number;
}

/** Writes a folder's files into a zip. @throws EvidenceRefused `too_large` where it would need the 64-bit form */
export async function zipFolder(directory: string, paths: readonly string[], zipFile: string): Promise<void> {
  const sorted = [...paths].sort();
  const bytes = sorted.reduce(
    (sum, path) => sum + statSync(join(directory, path)).size + 2 * path.length * 3 + 128,
    0,
  );
  if (bytes > ZIP_BYTES_MAX || sorted.length > ZIP_FILES_MAX)
    throw new EvidenceRefused('too_large', 'the pack is too large for a zip; write it as a folder instead');
  await pipeline(Readable.from(zipPieces(directory, sorted)), createWriteStream(zipFile, { mode: 0o600 }));
}

async function* zipPieces(directory: string, paths: readonly string[]): AsyncGenerator<Buffer> {
  const central: Buffer[] = [];
  let offset = 0;
  for (const path of paths) {
    const entry = await entryOf(directory, path);
    const header = localHeader(entry);
    yield header;
    for await (const piece of createReadStream(join(directory, path))) yield piece as Buffer;
    central.push(centralHeader(entry, offset));
    offset += header.length + entry.bytes;
  }
  const index = Buffer.concat(central);
  yield index;
  yield endOfDirectory(paths.length, index.length, offset);
}

async function entryOf(directory: string, path: string): Promise<ZipEntry> {
  let crc = 0;
  let bytes = 0;
  for await (const piece of createReadStream(join(directory, path))) {
    crc = crc32(piece as Buffer, crc);
    bytes += (piece as Buffer).length;
  }
  return { name: Buffer.from(path), crc, bytes };
}

/** What the local and the central header share, from the version to the lengths of name and extra field. */
function commonFields({ name, crc, bytes }: ZipEntry): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION_NEEDED, 0);
  fields.writeUInt16LE(FLAG_UTF8, 2);
  fields.writeUInt16LE(STORED, 4);
  fields.writeUInt16LE(MIDNIGHT, 6);
  fields.writeUInt16LE(FIRST_DAY, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(bytes, 14);
  fields.writeUInt32LE(bytes, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHeader(entry: ZipEntry): Buffer {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(LOCAL_HEADER);
  return Buffer.concat([signature, commonFields(entry), entry.name]);
}

function centralHeader(entry: ZipEntry, offset: number): Buffer {
  const start = Buffer.alloc(6);
  start.writeUInt32LE(CENTRAL_HEADER, 0);
  start.writeUInt16LE(VERSION_MADE_BY, 4);
  // Comment length, disk and internal attributes stay 0.
  const end = Buffer.alloc(14);
  end.writeUInt32LE((REGULAR_FILE_MODE << 16) >>> 0, 6);
  end.writeUInt32LE(offset, 10);
  return Buffer.concat([start, commonFields(entry), end, entry.name]);
}

function endOfDirectory(files: number, indexBytes: number, indexOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(files, 8);
  end.writeUInt16LE(files, 10);
  end.writeUInt32LE(indexBytes, 12);
  end.writeUInt32LE(indexOffset, 16);
  return end;
}
