import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

function chapterOf(heading: string): string {
  const text = readFileSync(join(PROJECT, 'docs/operations.md'), 'utf8');
  const chapter = text.split(/^(?=##+ )/m).find((candidate) => /^#+ (.*)$/m.exec(candidate)?.[1] === heading);
  if (chapter === undefined) throw new RangeError(`docs/operations.md has no chapter "${heading}"`);
  return chapter;
}

/** The shell commands of a chapter of docs/operations.md, block by block. */
export function documentedCommands(heading: string): readonly string[] {
  return [...chapterOf(heading).matchAll(/^```sh\n(.*?)^```$/gms)].map((block) => block[1] as string);
}

/** The commands in a chapter's running text and tables. */
export function inlineCommands(heading: string): readonly string[] {
  return [...chapterOf(heading).matchAll(/`((?:curl|df|npx|stat) [^`]+)`/g)].map((code) => code[1] as string);
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs commands as a reader of the document would who stands in a folder, with this project's `sourcebook` and packages. */
export function runDocumented(
  commands: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const script = commands.replaceAll(
    'npx sourcebook',
    `"${process.execPath}" "${join(PROJECT, 'bin/sourcebook.js')}"`,
  );
  const env = { PATH: process.env['PATH'] ?? '', NODE_PATH: join(PROJECT, 'node_modules'), ...environment };
  return new Promise((resolve) => {
    const child = execFile('/bin/sh', ['-ec', script], { cwd: folder, env }, (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? 1, stdout, stderr });
    });
  });
}
