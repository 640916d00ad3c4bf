import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readCheckpoint, type Checkpoint } from '../proof/checkpoint.js';
import { readWitnessVkey } from '../proof/cosignature.js';
import { identityOf, openNote, type OpenedNote, type Verifier } from '../proof/note.js';
import { replaceFile } from './durable-file.js';
import { WitnessRefused } from './witness-refused.js';
import type { WitnessedLog } from './witnessed-log.js';

const MARKER = 'witness.vkey';
const LOCK = 'witness.lock';
const STATE_SUFFIX = '.checkpoint';

/** The last checkpoint that was cosigned for a log. */
export interface Recorded extends Checkpoint {
  /** With the log's signatures and the witness's. */
  readonly note: string;
}

/**
 * What a witness has cosigned, for each log one file: the checkpoint itself, so that the witness's own signature tells
 * whether the file is as it was written. Held by one process at a time.
 */
export class StateDirectory {
  private constructor(
    private readonly directory: string,
    private readonly witness: Verifier,
    private readonly lock: Database.Database,
  ) {}

  /** Whether anything has been cosigned there. */
  static isUsed(directory: string): boolean {
    return existsSync(directory) && readdirSync(directory).some((file) => file.endsWith(STATE_SUFFIX));
  }

  /** Whether a witness has begun there. */
  static isBegun(directory: string): boolean {
    return existsSync(join(directory, MARKER));
  }

  /** @throws WitnessRefused when another key's state is there, or another process holds it */
  static open(directory: string, vkey: string): StateDirectory {
    mkdirSync(directory, { recursive: true });
    const lock = lockOf(join(directory, LOCK));
    const marker = join(directory, MARKER);
    if (!existsSync(marker)) replaceFile(marker, `${vkey}\n`);
    if (readFileSync(marker, 'utf8') !== `${vkey}\n`) {
      lock.close();
      throw new WitnessRefused(
        `${directory} is the state of another key than ${vkey}: give that key, or another directory`,
      );
    }
    return new StateDirectory(directory, readWitnessVkey(vkey), lock);
  }

  /** Undefined before the first. @throws WitnessRefused when the file is not as this witness wrote it */
  read(log: WitnessedLog): Recorded | undefined {
    const path = this.pathOf(log);
    if (!existsSync(path)) return undefined;
    const bytes = readFileSync(path);
    try {
      return { ...readCheckpoint(this.opened(bytes, log).text), note: bytes.toString('utf8') };
    } catch (error) {
      throw damaged(path, error instanceof Error ? error.message : String(error));
    }
  }

  /** Durable when it returns. */
  write(log: WitnessedLog, note: string): void {
    replaceFile(this.pathOf(log), note);
  }

  /**
   * Keeps what proves that a log has told two histories; the first time is kept.
   * @returns where it is
   */
  keepEvidence({ originHash }: WitnessedLog, evidence: string): string {
    const path = join(this.directory, `${originHash}.conflict`);
    if (!existsSync(path)) writeFileSync(path, evidence, { flag: 'wx' });
    return path;
  }

  close(): void {
    this.lock.close();
  }

  private opened(bytes: Buffer, log: WitnessedLog): OpenedNote {
    const opened = openNote(bytes, [this.witness, ...log.verifiers]);
    const known = new Set(opened.verified.map(identityOf));
    if (!known.has(identityOf(this.witness))) throw new Error('this witness has not cosigned it');
    if (known.size < 2)
      throw new Error('no given key of the log has signed it: give the key that did as well');
    return opened;
  }

  private pathOf({ originHash }: WitnessedLog): string {
    return join(this.directory, `${originHash}${STATE_SUFFIX}`);
  }
}

function damaged(path: string, reason: string): WitnessRefused {
  return new WitnessRefused(
    `${path} cannot be believed (${reason}). Restore it as it was last; never start from an older one or without it: ` +
      'the witness would cosign a second history. Where it is lost, retire this key and begin with a new one.',
  );
}

/** A transaction that stays open: the lock is the operating system's and dies with the process. */
function lockOf(path: string): Database.Database {
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    throw new WitnessRefused(`another witness holds ${path}: stop it, or give it all logs`);
  }
}
