import { mkdirSync } from 'node:fs';
import { EmbeddedEventStore } from './embedded-event-store.js';
import { HeadSignal } from './head-signal.js';
import { LedgerFile, type Mode } from './ledger-file.js';
import { type CommitStep, LedgerWriter } from './ledger-writer.js';
import { LogReader } from './log-reader.js';
import { WriterLock } from './writer-lock.js';

/** How long a reading process may take to see what another has committed, when nobody pokes it. */
const POLL_INTERVAL_MS = 4;

export interface OpenEmbedded {
  /** Where `ledger.sqlite` lies; made by the writing process when it is missing. */
  readonly directory: string;
  /** The ledger's name, with which all its streams' names begin; a file holds one ledger. */
  readonly ledger: string;
  /** One process writes; any number read, while it does and after. */
  readonly mode: Mode;
  /** Where a test makes a commit fail. */
  readonly commitStep?: CommitStep;
}

/**
 * @throws LedgerHeld in mode `write`, when another process has it
 * @throws UnusableLedgerFile when the file is not this ledger, or there is none to read
 */
export function openEmbedded(options: OpenEmbedded): EmbeddedEventStore {
  return options.mode === 'write' ? openForWriting(options) : openForReading(options);
}

function openForWriting({
  directory,
  ledger,
  commitStep = (commit) => commit(),
}: OpenEmbedded): EmbeddedEventStore {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = WriterLock.acquire(directory);
  const file = new LedgerFile(directory, ledger, 'write');
  try {
    file.database();
  } catch (error) {
    lock.release();
    throw error;
  }
  const moved = new HeadSignal();
  const writer = new LedgerWriter({ file, ledger, commitStep, onCommitted: () => moved.raise() });
  return new EmbeddedEventStore(file, moved, { lock, writer });
}

function openForReading({ directory, ledger }: OpenEmbedded): EmbeddedEventStore {
  const file = new LedgerFile(directory, ledger, 'read');
  file.database();
  const look = new LogReader(file);
  const moved = new HeadSignal({ hasMoved: () => look.hasMoved(), everyMs: POLL_INTERVAL_MS });
  return new EmbeddedEventStore(file, moved);
}
