import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import type { KeyFileSource } from '../../domain/key-registry/import-desk.js';
import { isNothingThere } from './text-file.js';

/**
 * The key file at a place within the pack. Undefined where nothing or no plain file is there, and for every path that
 * leads out of the pack: absolute, by `..`, or through a symbolic link. What is there and cannot be read is an error.
 */
export async function keyFileWithin(directory: string, file: unknown): Promise<KeyFileSource | undefined> {
  if (typeof file !== 'string' || file.includes('\0') || leavesFolder(file)) return undefined;
  const path = await plainFileAt(join(directory, file));
  if (path === undefined) return undefined;
  const root = await realpath(directory);
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
  return keyFile(path, file);
}

/** A key file that stands anywhere on the disk. @returns undefined where there is no plain file */
export async function keyFileAt(path: string, name: string): Promise<KeyFileSource | undefined> {
  const real = await plainFileAt(path);
  return real === undefined ? undefined : keyFile(real, name);
}

function keyFile(path: string, name: string): KeyFileSource {
  return { name, open: () => createReadStream(path) };
}

async function plainFileAt(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isFile() ? real : undefined;
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
}

/** Whether a path goes above where it starts, even if it came back later. */
function leavesFolder(path: string): boolean {
  if (isAbsolute(path)) return true;
  let depth = 0;
  for (const part of path.split(sep)) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
