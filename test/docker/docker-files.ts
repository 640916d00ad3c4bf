import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const DOCKER = resolve(__dirname, '../../docker');

export function dockerFile(name: string): string {
  return readFileSync(join(DOCKER, name), 'utf8');
}

/** A service of a compose file, as far as these tests look at it. */
export interface ComposeService {
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly network_mode?: string;
  readonly image?: string;
  readonly stop_grace_period?: string;
  readonly restart?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** With its anchors and merge keys followed, as Compose does. */
export function composeFile(name: string): ComposeFile {
  return parse(dockerFile(name), { merge: true }) as ComposeFile;
}

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** A Dockerfile's stages, each with its instructions, comments left out and continued lines joined. */
export function dockerStages(text: string): readonly (readonly Instruction[])[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const match = /^([A-Z]+) +(.*)$/.exec(line);
    if (match === null) continue;
    const [, name = '', rest = ''] = match;
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, text: rest.trim() });
  }
  return stages;
}
