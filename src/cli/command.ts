import type { ParseArgsConfig } from 'node:util';
import { ACTOR_CHARACTERS_MAX, isActor, type Configuration } from '../infrastructure/host/configuration.js';
import type { Output } from './terminal/output.js';
import { UsageError } from './usage-error.js';

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** One call of a command, understood. */
export interface Call {
  readonly values: OptionValues;
  readonly positionals: readonly string[];
  readonly configuration: Configuration;
  readonly output: Output;
  /** For machines: JSON on stdout. */
  readonly json: boolean;
  /** Whether the data directory was named on the command line or in the environment. */
  readonly dataNamed: boolean;
  /** Aborts where the user interrupts or nobody reads the output any more. */
  readonly signal: AbortSignal;
}

/** What `sourcebook NAME` does. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** What follows the name, and what it means: shown by --help and after wrong usage. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments there may be that are no options. */
  readonly positionals: { readonly min: number; readonly max: number };
  /** @throws UsageError @throws JobFailed or what went wrong */
  run(call: Call): Promise<void>;
}

/** @throws UsageError where the option is missing */
export function required({ values }: Call, name: string): string {
  const value = optional({ values }, name);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

export function optional({ values }: Pick<Call, 'values'>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws UsageError where the option is there and is no whole number from `min` up */
export function wholeNumber(call: Call, name: string, min: number): number | undefined {
  const text = optional(call, name);
  if (text === undefined) return undefined;
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < min)
    throw new UsageError(`--${name} must be a whole number from ${min} up`);
  return value;
}

/** Who is recorded as having done it. @throws UsageError */
export function actorOf(call: Pick<Call, 'values' | 'configuration'>): string {
  const actor = optional(call, 'actor');
  if (actor === undefined) return call.configuration.http.actor;
  if (isActor(actor)) return actor;
  throw new UsageError(`--actor must have at most ${ACTOR_CHARACTERS_MAX} characters`);
}
