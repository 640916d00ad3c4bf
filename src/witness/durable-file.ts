import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Puts a text in a file's place: who reads it sees the old or the new one, after a power cut too. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.next`;
  writeFileSync(draft, text);
  sync(draft);
  renameSync(draft, path);
  sync(dirname(path));
}

/**
 * Makes a file that nobody else may read, whole or not at all.
 * @throws an error with the code `EEXIST` where there is one already
 */
export function createPrivateFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    sync(draft);
    linkSync(draft, path);
    sync(dirname(path));
  } finally {
    rmSync(draft, { force: true });
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
