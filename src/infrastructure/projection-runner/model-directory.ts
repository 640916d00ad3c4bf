import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ReadModel } from '../../projections/read-model.js';

type Named = Pick<ReadModel, 'name' | 'version'>;

const FILE = /^(.+)-v(\d+)-(\d+)\.sqlite(-wal|-shm|-journal)?$/;

/**
 * Where read models live. Every build of one is a file of its own, never reused, and `<name>-v<version>.current` says
 * which one serves: replacing that small file swaps a build in at once, and readers of the old one are not disturbed
 * (renaming one SQLite file over another would leave it with the old one's write-ahead log).
 */
export class ModelDirectory {
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true });
  }

  /** The file that serves; undefined before the first build was published. */
  current(model: Named): string | undefined {
    const pointer = this.pointer(model);
    if (!existsSync(pointer)) return undefined;
    return join(this.path, readFileSync(pointer, 'utf8').trim());
  }

  /** What says which file serves; it is replaced when another one does. */
  pointer(model: Named): string {
    return join(this.path, `${model.name}-v${model.version}.current`);
  }

  /** A name for a new build, which no file ever had. */
  nextFile(model: Named): string {
    const builds = this.files().filter(
      ({ name, version }) => name === model.name && version === model.version,
    );
    const last = builds.reduce((highest, { build }) => Math.max(highest, build), 0);
    return join(this.path, `${model.name}-v${model.version}-${last + 1}.sqlite`);
  }

  /** Lets a finished build serve from now on. It is on disk before it is named. */
  publish(model: Named, file: string): void {
    sync(file);
    const pointer = this.pointer(model);
    const draft = `${pointer}.next`;
    writeFileSync(draft, `${file.slice(this.path.length + 1)}\n`);
    sync(draft);
    renameSync(draft, pointer);
    sync(this.path);
  }

  /** Nothing of the model serves until its next build. */
  withdraw(model: Named): void {
    rmSync(this.pointer(model), { force: true });
    sync(this.path);
  }

  /** Removes builds that serve nobody: unfinished ones, replaced ones, and those of versions before these models'. */
  removeLeftovers(models: readonly Named[]): void {
    const serving = new Set(models.map((model) => this.current(model)));
    for (const { file, name, version } of this.files()) {
      const model = models.find((candidate) => candidate.name === name);
      if (model === undefined || version > model.version || serving.has(file)) continue;
      // An older version serves a program that has not been replaced yet, until this version's first build is there.
      if (version < model.version && this.current(model) === undefined) continue;
      removeDatabase(file);
      if (version < model.version) rmSync(this.pointer({ name, version }), { force: true });
    }
  }

  private files() {
    return readdirSync(this.path).flatMap((entry) => {
      const match = FILE.exec(entry);
      if (match === null) return [];
      const [, name = '', version, build, suffix = ''] = match;
      const file = join(this.path, entry.slice(0, entry.length - suffix.length));
      return [{ file, name, version: Number(version), build: Number(build) }];
    });
  }
}

/** Removes a SQLite file with what belongs to it. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
