import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for one test. */
export class ScratchDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'sourcebook-models-'));

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
