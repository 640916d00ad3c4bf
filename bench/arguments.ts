import { parseArgs } from 'node:util';
import { SCALES, type ScaleName } from './scale.js';

export interface Arguments {
  readonly scale: ScaleName;
  readonly json: boolean;
  /** The benchmarks to run; all of them where none is named. */
  readonly names: readonly string[];
}

/** The arguments name nothing that can be run: exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** @throws WrongUsage */
export function readArguments(args: readonly string[], known: readonly string[]): Arguments {
  const usage = `npm run bench -- [--scale short|medium|full] [--json] [${known.join(' | ')}] …`;
  const { values, positionals } = parsed(args, usage);
  const { scale, json } = values;
  if (!isScale(scale)) throw new WrongUsage(`--scale is short, medium or full\n${usage}`);
  const stranger = positionals.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new WrongUsage(`there is no benchmark ${stranger}\n${usage}`);
  return { scale, json, names: positionals.length === 0 ? known : positionals };
}

function isScale(name: string): name is ScaleName {
  return Object.hasOwn(SCALES, name);
}

function parsed(args: readonly string[], usage: string) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        scale: { type: 'string', default: 'full' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new WrongUsage(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
