import { open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_WRITES = 0o644;

/** Replaces a file's content at once: whoever reads it sees the old or the new, after a power cut too. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.next`;
  await writeFile(draft, text, { mode: OWNER_WRITES });
  await sync(draft);
  await rename(draft, path);
  await sync(dirname(path));
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
