import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Another process keeps these read models up to date. */
export class ReadModelsHeld extends Error {
  override readonly name = 'ReadModelsHeld';

  constructor(directory: string) {
    super(`another process keeps the read models in ${directory} up to date; ask it, or stop it first`);
  }
}

/**
 * The right to write a directory's read models: one process has it at a time. It is the operating system's lock on
 * a small SQLite file, so it dies with the process.
 */
export class WriterLock {
  private constructor(private readonly database: Database.Database) {}

  /** @throws ReadModelsHeld */
  static take(directory: string): WriterLock {
    const database = new Database(join(directory, 'writer.lock'), { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (isBusy(error)) throw new ReadModelsHeld(directory);
      throw error;
    }
    return new WriterLock(database);
  }

  release(): void {
    this.database.close();
  }
}

/** By its code: the class of the driver's errors is not one and the same wherever the driver is loaded twice. */
function isBusy(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}
