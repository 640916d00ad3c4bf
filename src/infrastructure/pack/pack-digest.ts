import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../domain/shared/code-points.js';

/** What the pack should come to is not what it is. */
const ANSWER_FOLDER = 'expected';

/**
 * SHA-256, in lower-case hexadecimal, over the names and contents of a pack's plain files except those of `expected/`:
 * for each, in code-point order of its path, the length of the path, the path, the length of the content, the content.
 * The same pack has the same digest wherever it lies.
 */
export async function packDigest(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await plainFiles(directory, '')) await hashFile(hash, directory, file);
  return hash.digest('hex');
}

async function plainFiles(directory: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(directory, folder), { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && path !== ANSWER_FOLDER)
      files.push(...(await plainFiles(directory, path)));
  }
  return files.sort(compareCodePoints);
}

async function hashFile(hash: Hash, directory: string, file: string): Promise<void> {
  const path = join(directory, file);
  const { size } = await lstat(path);
  hash
    .update(lengthOf(Buffer.byteLength(file)))
    .update(file)
    .update(lengthOf(size));
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes));
  return length;
}
