import { parseArgs } from 'node:util';
import { Refusal } from '../domain/shared/refusal.js';
import { HolderFailed } from '../infrastructure/control/control-client.js';
import { InvalidConfiguration, readConfiguration } from '../infrastructure/host/configuration.js';
import type { Call, CliCommand, OptionValues } from './command.js';
import { demoCommand } from './commands/demo.js';
import { destroySecretsCommand } from './commands/destroy-secrets.js';
import { diffCommand } from './commands/diff.js';
import { eventsCommand } from './commands/events.js';
import { evidenceCommand } from './commands/evidence.js';
import { exportCommand } from './commands/export.js';
import { importKeysCommand } from './commands/import-keys.js';
import { loadCommand } from './commands/load.js';
import { logCommand } from './commands/log.js';
import { migrateCommand } from './commands/migrate.js';
import { issueCommand, refundCommand } from './commands/operations.js';
import { projectionsCommand } from './commands/projections.js';
import { replayCommand } from './commands/replay.js';
import { recallCommand } from './commands/recall.js';
import { reportCommand } from './commands/report.js';
import { traceCommand } from './commands/trace.js';
import { verifyCommand } from './commands/verify.js';
import { witnessCommand } from './commands/witness.js';
import type { Output } from './terminal/output.js';
import { UsageError } from './usage-error.js';
import { version } from './version.js';

const COMMANDS: readonly CliCommand[] = [
  demoCommand,
  loadCommand,
  reportCommand,
  traceCommand,
  recallCommand,
  evidenceCommand,
  diffCommand,
  replayCommand,
  verifyCommand,
  importKeysCommand,
  issueCommand,
  refundCommand,
  eventsCommand,
  exportCommand,
  projectionsCommand,
  logCommand,
  migrateCommand,
  destroySecretsCommand,
  witnessCommand,
];

const COMMON_OPTIONS = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const COMMON_USAGE = `  --data DIR   the ledger's data directory; else SOURCEBOOK_DATA, else ./data
  --json       for machines
  --help       how a command is used`;

export const EXIT = { done: 0, failed: 1, wrongUsage: 2 } as const;

export interface Surroundings {
  readonly output: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Does what the arguments ask. @returns the exit code */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  let command: CliCommand | undefined;
  try {
    command = commandOf(args);
    const { values, positionals } = parsed(args, command);
    if (values['version'] === true) output.line(version());
    else if (values['help'] === true) output.line(usageOf(command));
    else await runCommand(command, { values, positionals }, surroundings);
    return EXIT.done;
  } catch (error) {
    output.clearProgress();
    if (isWrongUsage(error)) {
      output.warn(`sourcebook: ${error.message}\n\n${usageOf(command)}`);
      return EXIT.wrongUsage;
    }
    output.warn(`sourcebook: ${tellingOf(error)}`);
    return EXIT.failed;
  }
}

/** The first argument that is no option; undefined where there is none. @throws UsageError for an unknown command */
function commandOf(args: readonly string[]): CliCommand | undefined {
  const name = nameTokenOf(args)?.value;
  if (name === undefined) return undefined;
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${name}`);
  return command;
}

function nameTokenOf(
  args: readonly string[],
): { readonly index: number; readonly value: string } | undefined {
  const { tokens } = parseArgs({
    args: [...args],
    options: COMMON_OPTIONS,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  return tokens.find((token) => token.kind === 'positional');
}

/** @throws TypeError of node:util for options that the command does not have, or a UsageError */
function parsed(
  args: readonly string[],
  command: CliCommand | undefined,
): { readonly values: OptionValues; readonly positionals: readonly string[] } {
  const index = nameTokenOf(args)?.index ?? -1;
  const { values, positionals } = parseArgs({
    args: args.filter((_, place) => place !== index),
    options: { ...command?.options, ...COMMON_OPTIONS },
    allowPositionals: true,
  });
  return { values, positionals };
}

async function runCommand(
  command: CliCommand | undefined,
  { values, positionals }: Pick<Call, 'values' | 'positionals'>,
  { output, environment, signal }: Surroundings,
): Promise<void> {
  if (command === undefined) throw new UsageError('name a command');
  const { min, max } = command.positionals;
  if (positionals.length < min) throw new UsageError(`${command.name} needs an argument more`);
  if (positionals.length > max) throw new UsageError(`${command.name} takes no ${positionals[max] ?? ''}`);
  const data = typeof values['data'] === 'string' ? values['data'] : undefined;
  const configuration = readConfiguration(environment, data);
  const dataNamed = data !== undefined || (environment['SOURCEBOOK_DATA'] ?? '') !== '';
  await command.run({
    values,
    positionals,
    configuration,
    output,
    json: values['json'] === true,
    dataNamed,
    signal,
  });
}

function usageOf(command: CliCommand | undefined): string {
  if (command !== undefined) return `usage: sourcebook ${command.usage}\n\n${COMMON_USAGE}`;
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const list = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`);
  return ['usage: sourcebook COMMAND [options]', '', ...list, '', COMMON_USAGE].join('\n');
}

function isWrongUsage(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof InvalidConfiguration) return true;
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return String(error.code).startsWith('ERR_PARSE_ARGS');
}

const UNFORESEEN = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/** An error that was foreseen says what to do; any other is shown with where it came from. */
function tellingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (UNFORESEEN.has(error.name)) return error.stack ?? error.message;
  const code = refusalCodeOf(error);
  return code === null ? error.message : `refused as ${code}: ${error.message}`;
}

function refusalCodeOf(error: Error): string | null {
  if (error instanceof Refusal) return error.code;
  return error instanceof HolderFailed ? error.failure.code : null;
}
