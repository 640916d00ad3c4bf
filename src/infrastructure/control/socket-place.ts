import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const SOCKET = 'control.sock';

/** Says where the socket is, and stands in the data directory. */
const NOTE = 'control.json';

/** The shortest of what operating systems allow for a socket's path: 104 bytes with the end mark on macOS. */
const PATH_BYTES_MAX = 103;

const OWNER_ONLY = 0o600;

/**
 * Chooses where the holder of a data directory listens, and writes it down there: in the directory itself, or, where
 * its path is too long for a socket, in a private folder among the temporary files.
 */
export function placeSocket(dataDirectory: string): string {
  const beside = join(resolve(dataDirectory), SOCKET);
  const socket =
    Buffer.byteLength(beside) <= PATH_BYTES_MAX
      ? beside
      : join(mkdtempSync(join(tmpdir(), 'sourcebook-')), SOCKET);
  rmSync(socket, { force: true });
  writeFileSync(join(dataDirectory, NOTE), `${JSON.stringify({ socket })}\n`, { mode: OWNER_ONLY });
  return socket;
}

/** Where the holder listens; undefined where none has said so. */
export function socketOf(dataDirectory: string): string | undefined {
  let note: unknown;
  try {
    note = JSON.parse(readFileSync(join(dataDirectory, NOTE), 'utf8'));
  } catch {
    // No note, or one that is being written: nobody listens yet.
    return undefined;
  }
  if (typeof note !== 'object' || note === null || !('socket' in note)) return undefined;
  return typeof note.socket === 'string' ? note.socket : undefined;
}

export function removeSocket(dataDirectory: string, socket: string): void {
  rmSync(join(dataDirectory, NOTE), { force: true });
  rmSync(socket, { force: true });
  if (dirname(socket) !== resolve(dataDirectory)) rmSync(dirname(socket), { recursive: true, force: true });
}
