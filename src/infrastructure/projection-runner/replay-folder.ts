import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A replay goes into a folder of its own. */
export class ReplayFolderTaken extends Error {
  override readonly name = 'ReplayFolderTaken';
}

/**
 * A folder that is there when it is complete, and not before: it is written beside its place, and what is not finished
 * is removed. After a power cut `<folder>.unfinished-…` may be left, which nobody needs.
 */
export class ReplayFolder {
  private readonly directory: string;
  /** Where its files are written. */
  readonly draft: string;

  /** @throws ReplayFolderTaken when something is there already */
  constructor(directory: string) {
    this.directory = resolve(directory);
    requireFree(this.directory);
    mkdirSync(dirname(this.directory), { recursive: true });
    this.draft = mkdtempSync(join(dirname(this.directory), `${basename(this.directory)}.unfinished-`));
  }

  /** @throws ReplayFolderTaken when something has come there meanwhile */
  publish(): void {
    for (const entry of readdirSync(this.draft)) sync(join(this.draft, entry));
    sync(this.draft);
    requireFree(this.directory);
    if (statSync(this.directory, { throwIfNoEntry: false }) !== undefined) rmdirSync(this.directory);
    renameSync(this.draft, this.directory);
    sync(dirname(this.directory));
  }

  /** Removes what was not published. */
  discard(): void {
    rmSync(this.draft, { recursive: true, force: true });
  }
}

function requireFree(directory: string): void {
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory() && readdirSync(directory).length === 0) return;
  throw new ReplayFolderTaken(
    `${directory} holds something already; name an empty folder, or one that is not there`,
  );
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
