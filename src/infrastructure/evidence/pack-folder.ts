import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { PACK_FILES, type PackFile } from '../../proof/evidence/manifest.js';

const OWNER_ONLY_FILE = 0o600;
const FILE = 0o644;

/** Writes a pack's files into a folder, and remembers their digests for the manifest. */
export class PackFolder {
  private readonly written = new Map<string, PackFile>();

  /** @throws RangeError where the folder holds anything already */
  constructor(readonly directory: string) {
    if (existsSync(directory) && readdirSync(directory).length > 0)
      throw new RangeError(`${directory} is not empty; name a folder that is not there yet`);
    mkdirSync(directory, { recursive: true });
  }

  /** Writes a file as fast as the disk takes it. */
  async write(
    path: string,
    pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  ): Promise<void> {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    const mode = path === PACK_FILES.key ? OWNER_ONLY_FILE : FILE;
    const stream = createWriteStream(file, { flags: 'wx', mode });
    const digest = createHash('sha256');
    let bytes = 0;
    for await (const piece of pieces) {
      const chunk = Buffer.from(piece as Uint8Array);
      digest.update(chunk);
      bytes += chunk.length;
      if (!stream.write(chunk)) await once(stream, 'drain');
    }
    stream.end();
    await finished(stream);
    this.written.set(path, { path, sha256: digest.digest('hex'), bytes });
  }

  /** In the order of their paths' UTF-16 units. */
  files(): PackFile[] {
    return [...this.written.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
