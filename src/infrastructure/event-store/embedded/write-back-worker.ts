import Database from 'better-sqlite3';
import { fsyncSync, openSync } from 'node:fs';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { WriteBackInput, WriteBackReport, WriteBackRequest } from './write-back-messages.js';

/** While the writer goes on, each pass leaves what was written during it: a few come close to nothing. */
const PASSES_MAX = 4;
/** So little is left to the writer itself. */
const PAGES_LEFT_MIN = 64;

/**
 * The thread that writes the ledger's write-ahead log back, so that no commit waits for it. It never waits for a lock
 * and keeps nobody waiting: the writer appends to the log meanwhile.
 */
function work(port: MessagePort, { path }: WriteBackInput): void {
  const database = new Database(path, { fileMustExist: true });
  database.pragma('synchronous = FULL');
  database.pragma('fullfsync = ON');
  // Never closed: on POSIX systems a process that closes any handle of a file loses the locks that it has on it.
  const descriptor = openSync(path, 'r');
  port.on('message', (request: WriteBackRequest) => {
    if (request === 'write-back') {
      const pagesLeft = writeBack(database);
      // SQLite syncs the database only with the last page of the log. So little is then left for the writer's sync.
      fsyncSync(descriptor);
      port.postMessage({ pagesLeft } satisfies WriteBackReport);
      return;
    }
    database.close();
    port.close();
  });
}

/** @returns how many pages are left */
function writeBack(database: Database.Database): number {
  let pagesLeft = Infinity;
  for (let pass = 0; pass < PASSES_MAX && pagesLeft > PAGES_LEFT_MIN; pass += 1) {
    const [result] = database.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
    const left = result === undefined ? 0 : result.log - result.checkpointed;
    if (left >= pagesLeft) return left;
    pagesLeft = left;
  }
  return pagesLeft;
}

if (parentPort !== null) work(parentPort, workerData as WriteBackInput);
