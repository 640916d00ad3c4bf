import { readFile } from 'node:fs/promises';
import { UnreadablePack } from './unreadable-pack.js';

/**
 * Decodes UTF-8 strictly; a byte order mark at its beginning is no part of the text.
 * @throws UnreadablePack
 */
export function decodeUtf8(bytes: Uint8Array, file: string, line?: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadablePack(file, line, 'is not UTF-8; save it again in that encoding');
  }
}

/** What the system says where a name leads to nothing that could be a file. */
const NOTHING_THERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

export function isNothingThere(error: unknown): boolean {
  return NOTHING_THERE.has(systemCodeOf(error) ?? '');
}

/** What the system calls an error, such as ENOENT. */
function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** @throws UnreadablePack where there is no such file */
export async function readTextFile(path: string, file: string): Promise<string> {
  try {
    return decodeUtf8(await readFile(path), file);
  } catch (error) {
    if (isNothingThere(error)) throw new UnreadablePack(file, undefined, 'is missing from the pack');
    if (systemCodeOf(error) === 'EISDIR') {
      throw new UnreadablePack(file, undefined, 'is a folder where a file is needed');
    }
    throw error;
  }
}
