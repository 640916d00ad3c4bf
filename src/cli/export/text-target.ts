import { existsSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Call } from '../command.js';
import { JobFailed } from '../usage-error.js';

/** Where an export goes. A text of any length is written with flat memory. */
export interface TextTarget {
  line(text: string): Promise<void>;
  /** Nobody reads any more. */
  readonly closed: boolean;
  /** Only now a file stands under its name. */
  finish(): Promise<void>;
  /** Leaves nothing behind of what was not finished. */
  abandon(): Promise<void>;
}

/** @param path of a file that is not there yet; stdout without one. @throws JobFailed */
export async function openTextTarget({ output }: Pick<Call, 'output'>, path?: string): Promise<TextTarget> {
  if (path !== undefined) return FileTarget.open(path);
  return {
    line: async (text) => {
      output.line(text);
      await output.drained();
    },
    get closed() {
      return output.closed.aborted;
    },
    finish: () => output.drained(),
    abandon: async () => undefined,
  };
}

const BUFFER_CHARACTERS = 256 * 1024;

class FileTarget implements TextTarget {
  readonly closed = false;
  private buffered: string[] = [];
  private characters = 0;
  private isFinished = false;

  private constructor(
    private readonly path: string,
    private readonly draft: string,
    private readonly file: FileHandle,
  ) {}

  static async open(path: string): Promise<FileTarget> {
    if (existsSync(path)) throw new JobFailed(`${path} is there already; name another file with --out`);
    const draft = `${path}.partial`;
    try {
      return new FileTarget(path, draft, await open(draft, 'w'));
    } catch (error) {
      throw new JobFailed(`${path} cannot be written: ${(error as Error).message}`);
    }
  }

  async line(text: string): Promise<void> {
    this.buffered.push(text, '\n');
    this.characters += text.length;
    if (this.characters >= BUFFER_CHARACTERS) await this.flush();
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.file.sync();
    await this.file.close();
    await rename(this.draft, this.path);
    this.isFinished = true;
  }

  async abandon(): Promise<void> {
    if (this.isFinished) return;
    await this.file.close();
    await rm(this.draft, { force: true });
  }

  private async flush(): Promise<void> {
    await this.file.appendFile(this.buffered.join(''));
    this.buffered = [];
    this.characters = 0;
  }
}
