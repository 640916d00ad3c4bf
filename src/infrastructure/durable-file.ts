import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_WRITES = 0o644;

/** Replaces a file's content at once: whoever reads it sees the old or the new, after a power cut too. */
export function writeDurably(path: string, text: string): void {
  const draft = `${path}.next`;
  writeFileSync(draft, text, { mode: OWNER_WRITES });
  sync(draft);
  renameSync(draft, path);
  sync(dirname(path));
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
