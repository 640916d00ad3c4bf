import Database from 'better-sqlite3';
import { join } from 'node:path';
import { LedgerHeld } from '../event-store.js';
import { UnusableLedgerFile } from './errors.js';
import { sqliteCode } from '../../sqlite-error.js';

const FILE_NAME = 'writer.lock';

/**
 * The right to write to a ledger: an exclusive transaction held open on a small database of its own. The lock is the
 * operating system's, so it dies with the process, however that ends; a stale file means nothing.
 *
 * Nothing else may open the file: on POSIX systems a process that closes any handle of a file loses its locks on it.
 */
export class WriterLock {
  private constructor(private readonly database: Database.Database) {}

  /** @throws LedgerHeld when another process, or another store of this one, holds it */
  static acquire(directory: string): WriterLock {
    const path = join(directory, FILE_NAME);
    let database: Database.Database | undefined;
    try {
      database = new Database(path, { timeout: 0 });
      database.exec('BEGIN EXCLUSIVE');
      return new WriterLock(database);
    } catch (error) {
      database?.close();
      if (sqliteCode(error)?.startsWith('SQLITE_BUSY') === true) throw new LedgerHeld(directory);
      throw new UnusableLedgerFile(
        path,
        'cannot be locked; check that the directory is writable and on a local disk',
        error,
      );
    }
  }

  release(): void {
    this.database.close();
  }
}
