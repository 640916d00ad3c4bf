import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { KeyFileSource } from '../../domain/key-registry/import-desk.js';
import { ApiProblem } from '../problems/problem.js';

/** What the spool is injected as. */
export const KEY_FILE_SPOOL = Symbol('KeyFileSpool');

/** Uploads that lie on the disk at once; each waits for its import's turn. */
export const SPOOLED_FILES_MAX = 32;

const CIPHER = 'aes-256-ctr';

/** An upload on the disk, until it is removed. */
export interface SpooledKeyFile {
  readonly source: KeyFileSource;
  remove(): Promise<void>;
}

/**
 * Keeps uploads of any size on the disk while they are imported: encrypted, each under a key of its own that exists in
 * memory only. After a crash nobody can read what is left, and the next start removes it; the client sends the file
 * again and is recognised by its digest.
 */
export class KeyFileSpool {
  private readonly directory: string;
  private spooled = 0;

  /** Removes what an earlier process left. @param dataDirectory of the ledger that this process holds */
  constructor(dataDirectory: string) {
    this.directory = join(dataDirectory, 'spool');
    rmSync(this.directory, { recursive: true, force: true });
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  /**
   * Takes an upload in as fast as the disk does.
   * @throws ApiProblem `spool_full` where too many lie here or the disk has no room, `upload_interrupted` where the
   * upload broke off
   */
  async take(name: string, upload: Readable): Promise<SpooledKeyFile> {
    if (this.spooled >= SPOOLED_FILES_MAX) {
      throw new ApiProblem(
        'spool_full',
        `${SPOOLED_FILES_MAX} uploads wait already; send the file again in a moment`,
      );
    }
    this.spooled += 1;
    const file = join(this.directory, randomUUID());
    const key = randomBytes(32);
    const counter = randomBytes(16);
    const remove = async (): Promise<void> => {
      key.fill(0);
      this.spooled -= 1;
      await rm(file, { force: true });
    };
    const spooled = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(upload, createCipheriv(CIPHER, key, counter), spooled);
    } catch (error) {
      // A file that is still being opened would come into being after it was removed.
      if (!spooled.closed) await new Promise<void>((resolve) => spooled.once('close', resolve));
      await remove();
      throw uploadProblem(error);
    }
    const open = (): AsyncIterable<Uint8Array> => decrypted(file, key, counter);
    return { source: { name, open }, remove };
  }
}

/** From the file's beginning; a cipher in counter mode holds nothing back at its end. */
async function* decrypted(file: string, key: Buffer, counter: Buffer): AsyncGenerator<Uint8Array> {
  const decipher = createDecipheriv(CIPHER, key, counter);
  for await (const piece of createReadStream(file)) yield decipher.update(piece as Buffer);
}

function uploadProblem(error: unknown): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ApiProblem(
        'spool_full',
        'the disk has no room for the upload; make room and send the file again',
      );
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'ECONNRESET':
      return new ApiProblem('upload_interrupted', 'the upload broke off; send the file again');
    default:
      return error;
  }
}
