import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { KeyIdentity } from '../custody/fingerprint.js';
import { LotCipher, type SealedChunk } from '../custody/lot-cipher.js';
import type { SealedLotKey, SealReply, SealRequest } from './sealing-messages.js';

/** Seals the chunks of one attempt at a lot. */
export interface LotSealer {
  seal(firstSerial: number, keys: readonly KeyIdentity[]): Promise<SealedChunk>;
  /** Lets go of everything; what is under way is abandoned. */
  end(): Promise<void>;
}

/** The thread ended before it had sealed what it was given: the import can be taken up again. */
export class SealingFailed extends Error {
  override readonly name = 'SealingFailed';
}

/** A lot below this is sealed on the calling thread: starting another would take longer. */
const THREAD_FROM_KEYS = 5_000;
/** Beside this file once it is built; a program run from its sources has none, and seals where it is. */
const PROGRAM = join(__dirname, 'sealing-worker.js');

/** @param keys how many there are to seal */
export function lotSealer(key: SealedLotKey, keys: number, program: string = PROGRAM): LotSealer {
  if (keys >= THREAD_FROM_KEYS && existsSync(program)) return new SealingThread(key, program);
  const cipher = new LotCipher(key.dataKey, key.lotId, key.attempt);
  return {
    seal: (firstSerial, sealed) => Promise.resolve(cipher.seal(firstSerial, sealed)),
    end: () => Promise.resolve(),
  };
}

interface Waiting {
  readonly resolve: (sealed: SealedChunk) => void;
  readonly reject: (error: Error) => void;
}

class SealingThread implements LotSealer {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  constructor(key: SealedLotKey, program: string) {
    this.worker = new Worker(program, { workerData: key });
    this.worker.on('message', (sealed: SealReply) => this.waiting.shift()?.resolve(sealed));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () =>
      this.fail(new SealingFailed('the sealing thread ended; import the file again')),
    );
  }

  seal(firstSerial: number, keys: readonly KeyIdentity[]): Promise<SealedChunk> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage({ firstSerial, keys } satisfies SealRequest);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}
