import Database from 'better-sqlite3';
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
  port.on('message', (request: WriteBackRequest) => {
    if (request === 'write-back') {
      port.postMessage({ pagesLeft: writeBack(database) } satisfies WriteBackReport);
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
