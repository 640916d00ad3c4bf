import { transformFileSync } from '@swc/core';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROJECT = resolve(__dirname, '..', '..');
const PROGRAM = 'test/support/event-store-child-program';
const NEEDED = ['src/domain/shared', 'src/infrastructure/event-store'];
const NEEDED_FILES = ['src/infrastructure/recent-streams', 'src/infrastructure/sqlite-error'];

/** The child's program and what it imports as JavaScript: a process of its own is not run by Jest's transformer. */
export class ChildProgram {
  private readonly directory = mkdtempSync(join(tmpdir(), 'sourcebook-child-'));

  constructor() {
    for (const needed of NEEDED) {
      for (const file of readdirSync(join(PROJECT, needed), { recursive: true, encoding: 'utf8' })) {
        if (file.endsWith('.ts')) this.compile(join(needed, file.slice(0, -'.ts'.length)));
      }
    }
    for (const file of [...NEEDED_FILES, PROGRAM]) this.compile(file);
  }

  /** Starts a process that appends to the ledger for ever, under a tracer where one is given. */
  start(dataDirectory: string, ledger: string, tracer: readonly string[] = []): AppendingProcess {
    const environment = { ...process.env, NODE_PATH: join(PROJECT, 'node_modules') };
    const program = join(this.directory, `${PROGRAM}.js`);
    const [command, ...parameters] = [...tracer, process.execPath, program, dataDirectory, ledger];
    const child = spawn(command, parameters, {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    return new AppendingProcess(child);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private compile(module: string): void {
    const { code } = transformFileSync(join(PROJECT, `${module}.ts`), {
      jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022', keepClassNames: true },
      module: { type: 'commonjs' },
    });
    const target = join(this.directory, `${module}.js`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
}

export class AppendingProcess {
  private readonly lines: string[] = [];
  private heard: () => void = () => undefined;
  private ended = false;
  private readonly closed: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    this.closed = once(child, 'close').then(() => {
      this.ended = true;
      this.heard();
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.lines.push(line);
      this.heard();
    });
  }

  /** Its first so many lines, or all when it ends before. */
  async said(count: number): Promise<readonly string[]> {
    while (this.lines.length < count && !this.ended) {
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
    return this.lines.slice(0, count);
  }

  /** Kills it where it stands, with its tracer, and answers with all it had said. */
  async kill(): Promise<readonly string[]> {
    if (!this.ended) process.kill(-(this.child.pid as number), 'SIGKILL');
    await this.closed;
    return this.lines;
  }
}
