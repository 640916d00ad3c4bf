import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailable } from '../event-store.js';
import { UnusableLedgerFile } from './errors.js';
import { checkSchema, createSchema, isEmpty } from './schema.js';
import { sqliteCode } from '../../sqlite-error.js';

export const LEDGER_FILE_NAME = 'ledger.sqlite';

/** How long SQLite itself waits for a lock of a reader before it gives up. */
const BUSY_TIMEOUT_MS = 1_000;
const WRITER_CACHE_KIB = 32 * 1024;
const READER_CACHE_KIB = 8 * 1024;
/**
 * A thread of its own writes the write-ahead log back (`WriteBack`). Where it cannot, that is done after so many pages
 * (48 MiB), within a commit, which then takes 30 to 50 ms and more on a large file. When the log starts anew it is cut to
 * so many bytes.
 */
const CHECKPOINT_PAGES = 12_288;
const WAL_KEPT_BYTES = 64 * 1024 * 1024;

/** How long emptying the log is tried, and how long the thread rests in between. */
const EMPTYING_MS_MAX = 2_000;
const EMPTYING_PAUSE_MS = 20;
const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));

/** `PRAGMA synchronous` as SQLite answers it: every commit is synced before it returns. */
const SYNCHRONOUS_FULL = 2;

export type Mode = 'write' | 'read';

/** The ledger's SQLite file: opened when first asked for, and again after it was dropped. */
export class LedgerFile {
  readonly path: string;
  private connection: Database.Database | undefined;
  private closed = false;

  constructor(
    readonly directory: string,
    private readonly ledger: string,
    private readonly mode: Mode,
  ) {
    this.path = join(directory, LEDGER_FILE_NAME);
  }

  /**
   * @throws StoreUnavailable once it is closed
   * @throws UnusableLedgerFile when the file is not what it must be
   */
  database(): Database.Database {
    if (this.closed) throw new StoreUnavailable(`the ledger in ${this.directory} was closed`);
    this.connection ??= this.open();
    return this.connection;
  }

  /** Lets go of the connection, and of a transaction that is open on it; the next use opens another. */
  drop(): void {
    const connection = this.connection;
    this.connection = undefined;
    connection?.close();
  }

  /**
   * Opens the file anew and writes all that its log holds into the database, synced. After a failed sync the
   * operating system may have forgotten what it could not write, and a second sync of the same pages says nothing:
   * only what was written again and synced again is known to be there.
   */
  reopenDurably(): void {
    this.drop();
    this.emptyLog();
  }

  /** Moves everything out of the write-ahead log and cuts it to nothing. @throws StoreUnavailable when a reader is in the way */
  emptyLog(): void {
    const patienceEndsMs = performance.now() + EMPTYING_MS_MAX;
    for (;;) {
      const [result] = this.database().pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      if (result?.busy === 0) return;
      if (performance.now() > patienceEndsMs)
        throw new StoreUnavailable(`a long reader of ${this.path} is in the way; end it and try again`);
      // While another thread writes the log back SQLite says so at once, however long it is told to wait.
      Atomics.wait(NOBODY_WAKES, 0, 0, EMPTYING_PAUSE_MS);
    }
  }

  /** Moves what it can out of the write-ahead log, waiting for nobody. No commit rests on it: a connection that fails is dropped. */
  writeBack(): void {
    try {
      this.database().pragma('wal_checkpoint(PASSIVE)');
    } catch {
      this.drop();
    }
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  private open(): Database.Database {
    if (this.mode === 'read' && !existsSync(this.path)) {
      throw new UnusableLedgerFile(
        this.path,
        'is not there; start the service or a load once to found the ledger',
      );
    }
    let database: Database.Database | undefined;
    try {
      database = new Database(this.path, { readonly: this.mode === 'read', timeout: BUSY_TIMEOUT_MS });
      if (this.mode === 'write') prepareWriting(database, this.ledger);
      else prepareReading(database, this.ledger);
      return database;
    } catch (error) {
      database?.close();
      throw asUnusable(this.path, error);
    }
  }
}

/** What was prepared on a connection; prepared again when the file's connection was replaced. */
export class PerConnection<Prepared> {
  private connection: Database.Database | undefined;
  private prepared: Prepared | undefined;

  constructor(
    private readonly file: LedgerFile,
    private readonly prepare: (database: Database.Database) => Prepared,
  ) {}

  get(): Prepared {
    const connection = this.file.database();
    if (this.prepared === undefined || connection !== this.connection) {
      this.prepared = this.prepare(connection);
      this.connection = connection;
    }
    return this.prepared;
  }
}

function prepareWriting(database: Database.Database, ledger: string): void {
  const fresh = isEmpty(database);
  // Before any setting, some of which change the file: a stranger's stays as it is.
  if (!fresh) checkSchema(database, ledger);
  demand(database, 'journal_mode', 'WAL', 'wal');
  demand(database, 'synchronous', 'FULL', SYNCHRONOUS_FULL);
  // macOS flushes its disk's own cache only when asked so; elsewhere this changes nothing.
  demand(database, 'fullfsync', 'ON', 1);
  // Destroyed payloads must not linger in free space of the file.
  demand(database, 'secure_delete', 'ON', 1);
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
  database.pragma(`cache_size = -${WRITER_CACHE_KIB}`);
  if (fresh) createSchema(database, ledger);
}

function prepareReading(database: Database.Database, ledger: string): void {
  if (isEmpty(database)) {
    throw new UnusableLedgerFile(
      database.name,
      'holds no ledger yet; wait until the writing process has founded it',
    );
  }
  checkSchema(database, ledger);
  database.pragma(`cache_size = -${READER_CACHE_KIB}`);
}

/** Sets what durability rests on and reads it back: a setting that was not taken is no setting. */
function demand(database: Database.Database, pragma: string, value: string, answer: string | number): void {
  database.pragma(`${pragma} = ${value}`);
  const taken = database.pragma(pragma, { simple: true });
  if (taken === answer) return;
  throw new UnusableLedgerFile(
    database.name,
    `does not take ${pragma} = ${value} (it stays ${String(taken)}); put it on a local disk`,
  );
}

function asUnusable(path: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  if (code === 'SQLITE_NOTADB') {
    return new UnusableLedgerFile(path, 'is no ledger of Sourcebook; choose another data directory', error);
  }
  return new UnusableLedgerFile(
    path,
    `cannot be opened (${code}); check the disk and the permissions`,
    error,
  );
}
