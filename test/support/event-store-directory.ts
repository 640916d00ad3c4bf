import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A data directory for one test. */
export class DataDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'sourcebook-ledger-'));

  /** Whether any file in it holds the bytes. */
  holds(text: string): boolean {
    return readdirSync(this.path).some((name) => readFileSync(join(this.path, name)).includes(text));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
