import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

function chapterOf(heading: string, document: string): string {
  const text = readFileSync(join(PROJECT, document), 'utf8');
  const chapter = text.split(/^(?=##+ )/m).find((candidate) => /^#+ (.*)$/m.exec(candidate)?.[1] === heading);
  if (chapter === undefined) throw new RangeError(`${document} has no chapter "${heading}"`);
  return chapter;
}

const OPERATIONS = 'docs/operations.md';

/** The shell commands of a chapter, block by block. */
export function documentedCommands(heading: string, document = OPERATIONS): readonly string[] {
  return [...chapterOf(heading, document).matchAll(/^```sh\n(.*?)^```$/gms)].map(
    (block) => block[1] as string,
  );
}

/** The commands in a chapter's running text and tables. */
export function inlineCommands(heading: string): readonly string[] {
  return [...chapterOf(heading, OPERATIONS).matchAll(/`((?:curl|df|npx|stat) [^`]+)`/g)].map(
    (code) => code[1] as string,
  );
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command fails, what was started in the background would go on. */
const LEAVE_NOTHING_RUNNING = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT";

/** Runs commands as a reader of the document would who stands in a folder, with this project's `sourcebook` and packages. */
export function runDocumented(
  commands: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const program = (path: string): string => `"${process.execPath}" "${join(PROJECT, path)}"`;
  const script = commands
    .replaceAll('npx sourcebook-verify', program('bin/sourcebook-verify.js'))
    .replaceAll('npx sourcebook', program('bin/sourcebook.js'))
    .replaceAll('node dist/main.js', program('dist/main.js'));
  const env = { PATH: process.env['PATH'] ?? '', NODE_PATH: join(PROJECT, 'node_modules'), ...environment };
  return new Promise((resolve) => {
    const child = execFile(
      '/bin/sh',
      ['-ec', `${LEAVE_NOTHING_RUNNING}\n${script}`],
      { cwd: folder, env },
      (_, stdout, stderr) => {
        resolve({ exitCode: child.exitCode ?? 1, stdout, stderr });
      },
    );
  });
}
