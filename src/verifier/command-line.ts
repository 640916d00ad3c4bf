import { parseArgs } from 'node:util';
import { UnusableSource } from './findings.js';
import type { PackOptions, VerifyOptions } from './options.js';
import { Progress, type ProgressStream, type TellProgress } from './progress.js';
import { packLines } from './report/pack-summary.js';
import { summaryLines } from './report/summary.js';
import type { Verification } from './verification.js';
import { verifyLedger } from './verify-ledger.js';
import { verifyPack, type PackVerification } from './verify-pack.js';

export const EXIT = { fine: 0, doesNotVerify: 1, wrongUsage: 2 } as const;

/** The options of a verification, as `node:util` parses them; `data` and `json` come beside them. */
export const VERIFY_OPTIONS = {
  export: { type: 'string' },
  checkpoint: { type: 'string', multiple: true },
  vkey: { type: 'string', multiple: true },
  policy: { type: 'string' },
  report: { type: 'string' },
  'report-sequence': { type: 'string' },
  evidence: { type: 'string' },
  'key-proof': { type: 'string' },
  'key-secret': { type: 'string' },
  'old-checkpoint': { type: 'string' },
} as const;

export const VERIFY_USAGE = `[--data DIR | --export DIR] [--checkpoint FILE]… [--vkey VKEY]… [--policy FILE]
       [--report FILE [--report-sequence N]] [--json]
       --evidence PATH | --key-proof PATH [--key-secret FILE] [--old-checkpoint FILE] [--vkey VKEY]… [--policy FILE] [--json]

Verifies a whole ledger offline, from its stored texts alone: every stream whole, every leaf and the tree recomputed,
every unit received once and in one place, every figure of a report recomputed. Names the first event that does not fit.
Or a pack of evidence, on its own: every event under the signed checkpoint, every answer recomputed from the events.
  --data DIR              a data directory or a copy of one; a service may be running in it
  --export DIR            a folder that sourcebook log export wrote
  --checkpoint FILE       a signed checkpoint that you kept, of last month for example; may be named several times
  --vkey VKEY             a key that you trust, of the log or of a witness; each witness named so must have cosigned
  --policy FILE           the keys that you trust and how many witnesses you ask for (C2SP tlog-policy)
  --report FILE           what sourcebook report --json wrote: every figure is recomputed and compared
  --report-sequence N     the last event that the report knew; the last of all unless told
  --evidence PATH         a pack, folder or zip, that sourcebook evidence wrote
  --key-proof PATH        a pack about one key, which must prove that its secret is that key of the ledger
  --key-secret FILE       what the key's reveal answered, where the pack does not hold it
  --old-checkpoint FILE   a signed checkpoint that you kept: the pack's history must continue it
Exit codes: 0 it verifies, 1 it does not, 2 wrong usage or nothing to verify.`;

/** A whole ledger, or a pack of evidence. */
export type VerifyTask =
  | { readonly kind: 'ledger'; readonly options: VerifyOptions }
  | { readonly kind: 'pack'; readonly options: PackOptions };

/** The command line cannot be understood. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** Where a program tells what it found. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressStream;
}

/** What is asked for. @param defaultData the data directory where nothing is named @throws WrongUsage */
export function verifyTaskOf(values: OptionValues, defaultData: string | undefined): VerifyTask {
  const pack = textOf(values, 'evidence') ?? textOf(values, 'key-proof');
  const allowed = pack === undefined ? LEDGER_OPTIONS : PACK_OPTIONS;
  const other = Object.keys(values).find((name) => !allowed.includes(name) && name in VERIFY_OPTIONS);
  if (other !== undefined)
    throw new WrongUsage(`--${other} is not for ${pack === undefined ? 'a ledger' : 'a pack of evidence'}`);
  return pack === undefined
    ? { kind: 'ledger', options: ledgerOptionsOf(values, defaultData) }
    : { kind: 'pack', options: packOptionsOf(values, pack) };
}

const LEDGER_OPTIONS: readonly string[] = [
  'export',
  'checkpoint',
  'vkey',
  'policy',
  'report',
  'report-sequence',
];
const PACK_OPTIONS: readonly string[] = [
  'evidence',
  'key-proof',
  'key-secret',
  'old-checkpoint',
  'vkey',
  'policy',
];

function packOptionsOf(values: OptionValues, path: string): PackOptions {
  const keyProof = textOf(values, 'key-proof');
  if (textOf(values, 'evidence') !== undefined && keyProof !== undefined)
    throw new WrongUsage('name one pack: with --evidence or with --key-proof');
  return {
    path,
    mustProveKey: keyProof !== undefined,
    keySecret: textOf(values, 'key-secret'),
    oldCheckpoint: textOf(values, 'old-checkpoint'),
    vkeys: textsOf(values, 'vkey'),
    policy: textOf(values, 'policy'),
  };
}

function ledgerOptionsOf(values: OptionValues, defaultData: string | undefined): VerifyOptions {
  const exported = textOf(values, 'export');
  const data = textOf(values, 'data');
  if (exported !== undefined && data !== undefined)
    throw new WrongUsage('name a data directory or an export, not both');
  const path = exported ?? data ?? defaultData;
  if (path === undefined)
    throw new WrongUsage('name what is to be verified: --data DIR, --export DIR or --evidence PATH');
  const report = textOf(values, 'report');
  const reportSequence = sequenceOf(textOf(values, 'report-sequence'));
  if (reportSequence !== undefined && report === undefined)
    throw new WrongUsage('--report-sequence says what a report knew: name it with --report');
  return {
    source: { kind: exported === undefined ? 'data' : 'export', path },
    checkpoints: textsOf(values, 'checkpoint'),
    vkeys: textsOf(values, 'vkey'),
    policy: textOf(values, 'policy'),
    report,
    reportSequence,
  };
}

/**
 * Verifies, and tells what was found. @returns whether it verifies
 * @throws UnusableSource @throws what the signal is aborted with
 */
export async function verifyAndTell(
  task: VerifyTask,
  { stdout, stderr, json, signal }: Terminal & { readonly json: boolean; readonly signal?: AbortSignal },
): Promise<boolean> {
  const progress = new Progress(stderr);
  try {
    const { verified, lines, whole } = await outcomeOf(task, progress.tell, signal);
    progress.end();
    stdout.write(`${json ? JSON.stringify(whole, null, 1) : lines.join('\n')}\n`);
    return verified;
  } finally {
    progress.end();
  }
}

interface Outcome {
  readonly verified: boolean;
  readonly lines: readonly string[];
  /** For machines. */
  readonly whole: Verification | PackVerification;
}

async function outcomeOf(
  { kind, options }: VerifyTask,
  progress: TellProgress,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  if (kind === 'pack') {
    const whole = await verifyPack(options, progress);
    return { verified: whole.verified, lines: packLines(whole, options), whole };
  }
  const aborting = signal === undefined ? {} : { signal };
  const whole = await verifyLedger(options, { progress, now: new Date().toISOString(), ...aborting });
  return { verified: whole.verified, lines: summaryLines(whole), whole };
}

/** The program `sourcebook-verify`. @returns the exit code */
export async function runVerifier(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...VERIFY_OPTIONS,
        data: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      terminal.stdout.write(`usage: sourcebook-verify ${VERIFY_USAGE}\n`);
      return EXIT.fine;
    }
    const task = verifyTaskOf(values, undefined);
    const verified = await verifyAndTell(task, { ...terminal, json: values.json === true });
    return verified ? EXIT.fine : EXIT.doesNotVerify;
  } catch (error) {
    if (!isForeseen(error)) throw error;
    terminal.stderr.write(`sourcebook-verify: ${error.message}\n`);
    return EXIT.wrongUsage;
  }
}

/** Classes are not asked: where several realms share a process, Node's own errors are of another one. */
function isForeseen(error: unknown): error is Error {
  if (error instanceof WrongUsage || error instanceof UnusableSource) return true;
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}

function textOf(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

function textsOf(values: OptionValues, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

function sequenceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new WrongUsage('--report-sequence must be a whole number from 1 up');
}
