import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { UnusableSource } from '../findings.js';

const BUSY_TIMEOUT_MS = 5_000;
const CACHE_KIB = 16 * 1024;

export interface OpenDatabase {
  readonly database: Database.Database;
  close(): void;
}

/**
 * Opens a SQLite file to read it, whether a service is writing to it or not. Where its folder cannot be written to, which
 * a file with a write-ahead log needs even to be read, a copy in the system's temporary folder is read instead.
 * @throws UnusableSource
 */
export function openReadOnly(path: string): OpenDatabase {
  if (!existsSync(path)) throw new UnusableSource(`${path} is not there; name the ledger's data directory`);
  try {
    return opened(path, () => undefined);
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_CANTOPEN' && codeOf(error) !== 'SQLITE_READONLY_DIRECTORY')
      throw unusable(path, error);
    return openedCopy(path);
  }
}

function opened(path: string, afterwards: () => void): OpenDatabase {
  const database = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma(`cache_size = -${CACHE_KIB}`);
    // Only a first read tells whether the file can be read.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    database.close();
    throw error;
  }
  const close = (): void => {
    database.close();
    afterwards();
  };
  return { database, close };
}

function openedCopy(path: string): OpenDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'sourcebook-verify-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    return opened(copy, remove);
  } catch (error) {
    remove();
    throw unusable(path, error);
  }
}

/** SQLite's code (`SQLITE_CORRUPT`) when the error is one of its own. */
export function codeOf(error: unknown): string | undefined {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === 'SqliteError' && typeof code === 'string' ? code : undefined;
}

function unusable(path: string, error: unknown): unknown {
  const code = codeOf(error);
  return code === undefined ? error : new UnusableSource(`${path} cannot be read as a SQLite file (${code})`);
}
