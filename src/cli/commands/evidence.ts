import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { questionOfOrders, type EvidenceQuestion, type OrderName } from '../../proof/evidence/question.js';
import type { EvidenceRequest } from '../../infrastructure/evidence/build-evidence.js';
import { readKeySecret } from '../../infrastructure/evidence/key-secret.js';
import { evidenceSourcesOf } from '../../infrastructure/evidence/open-sources.js';
import { writePack } from '../../infrastructure/evidence/write-pack.js';
import { checkpointsOf } from '../access/checkpoints.js';
import { withLedger, withReadModels } from '../access/reading.js';
import { optional, required, type Call, type CliCommand } from '../command.js';
import { UsageError } from '../usage-error.js';

export const evidenceCommand: CliCommand = {
  name: 'evidence',
  summary: 'a pack that proves, offline, where goods came from and what became of them',
  usage: `evidence --order MERCHANT/NO --out PATH [options]
evidence --orders FILE|MERCHANT:NO,… --out PATH [options]
evidence --authorisation AUTH --out PATH [options]
evidence --lot LOT --out PATH [options]
evidence --from TIME --to TIME --out PATH [options]
evidence key KEYID [--secret-file FILE|-] --out PATH [options]

Writes a folder, or a zip where PATH ends in .zip, that an auditor verifies with: sourcebook verify --evidence PATH

  --order, --orders        orders; a file has one MERCHANT/NO a line
  --authorisation AUTH     everything sold under it
  --lot LOT                a lot from its source to its buyers
  --from TIME --to TIME    what occurred from one RFC 3339 time until before another
  key KEYID                one key; with the answer of its reveal in FILE (- is standard input) the pack proves which
                           secret it has, and is for the holder of the key alone
  --checkpoint SIZE|FILE   for this signed checkpoint; else over all that is recorded by now
  --old-checkpoint FILE    proves that the history continues the one of this signed checkpoint
  --leaves                 with every leaf up to the checkpoint: proves that nothing is missing
  --actor NAME             who is recorded as having asked`,
  options: {
    order: { type: 'string' },
    orders: { type: 'string' },
    authorisation: { type: 'string' },
    lot: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    out: { type: 'string' },
    checkpoint: { type: 'string' },
    'old-checkpoint': { type: 'string' },
    leaves: { type: 'boolean' },
    'secret-file': { type: 'string' },
    actor: { type: 'string' },
  },
  positionals: { min: 0, max: 2 },
  async run(call) {
    const out = resolve(required(call, 'out'));
    const request = requestOf(call);
    const checkpoints = checkpointsOf(call);
    // Asked first: it brings the tree as far as the checkpoint, whoever holds the ledger.
    if (request.checkpoint === undefined) await checkpoints.latest();
    const built = await withReadModels(call.configuration, (readModels) =>
      withLedger(call.configuration, ({ store }) => {
        const ledgerName = call.configuration.ledger;
        const sources = evidenceSourcesOf({ ledgerName, store, readModels, checkpoints });
        return writePack(sources, request, out, {
          onProgress: ({ step, done, total }) => call.output.progress(step, done, total ?? done * 2),
          signal: call.signal,
        });
      }),
    );
    call.output.clearProgress();
    const { manifest, events } = built;
    const { checkpoint, completeness } = manifest;
    if (call.json) call.output.json({ out, events, checkpoint, completeness });
    else
      call.output.line(
        `${events} events up to ${checkpoint.size}, ${completeness === 'proved' ? 'complete as the verifier can prove' : 'genuine, not proved complete'}: ${out}`,
      );
  },
};

function requestOf(call: Call): EvidenceRequest {
  const question = questionOf(call);
  const checkpoint = optional(call, 'checkpoint');
  const isSize = checkpoint !== undefined && /^\d{1,15}$/.test(checkpoint);
  const secretFile = optional(call, 'secret-file');
  if (secretFile !== undefined && question.kind !== 'key')
    throw new UsageError('--secret-file is for evidence key KEYID');
  return {
    question,
    ...(isSize ? { checkpointSize: Number(checkpoint) } : {}),
    checkpoint: isSize ? undefined : textOf(checkpoint, '--checkpoint'),
    oldCheckpoint: textOf(optional(call, 'old-checkpoint'), '--old-checkpoint'),
    leaves: call.values['leaves'] === true,
    secret:
      secretFile === undefined || question.kind !== 'key'
        ? undefined
        : readKeySecret(secretText(secretFile), question.keyId),
  };
}

function questionOf(call: Call): EvidenceQuestion {
  const asked = questionsOf(call);
  const [question] = asked;
  if (asked.length === 1 && question !== undefined) return question;
  throw new UsageError(
    'ask for exactly one of --order, --orders, --authorisation, --lot, --from and --to, or key KEYID',
  );
}

/** Every question that was asked: there must be one. */
function questionsOf(call: Call): EvidenceQuestion[] {
  const asked: readonly (readonly [option: string, read: (text: string) => EvidenceQuestion])[] = [
    ['order', (text) => questionOfOrders([orderName(text, '/')])],
    ['orders', (text) => questionOfOrders(orderNames(text))],
    ['authorisation', (authorisationId) => ({ kind: 'authorisation', authorisationId })],
    ['lot', (lotId) => ({ kind: 'lot', lotId })],
  ];
  const named = asked.flatMap(([option, read]) => {
    const text = optional(call, option);
    return text === undefined ? [] : [read(text)];
  });
  return [...named, ...periodOf(call), ...keyOf(call)];
}

function periodOf(call: Call): EvidenceQuestion[] {
  const [from, to] = [optional(call, 'from'), optional(call, 'to')];
  if (from === undefined && to === undefined) return [];
  if (from === undefined || to === undefined) throw new UsageError('give --from and --to together');
  return [{ kind: 'period', from, to }];
}

function keyOf({ positionals: [task, keyId] }: Call): EvidenceQuestion[] {
  if (task === undefined) return [];
  if (task === 'key' && keyId !== undefined) return [{ kind: 'key', keyId }];
  throw new UsageError('evidence takes no argument but key KEYID');
}

function orderNames(list: string): OrderName[] {
  if (!existsSync(list)) return list.split(',').map((each) => orderName(each, ':'));
  const lines = readFileSync(list, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UsageError(`${list} names no order; it has one MERCHANT/NO a line`);
  return lines.map((line) => orderName(line.trim(), '/'));
}

function orderName(text: string, mark: '/' | ':'): OrderName {
  const at = text.indexOf(mark);
  if (at > 0 && at < text.length - 1) return { merchantId: text.slice(0, at), orderNo: text.slice(at + 1) };
  throw new UsageError(`an order is named MERCHANT${mark}NO, not ${JSON.stringify(text.slice(0, 80))}`);
}

function secretText(file: string): string {
  return file === '-' ? readFileSync(0, 'utf8') : (textOf(file, '--secret-file') ?? '');
}

function textOf(file: string | undefined, option: string): string | undefined {
  if (file === undefined) return undefined;
  if (!existsSync(file)) throw new UsageError(`${option}: there is no file ${file}`);
  return readFileSync(file, 'utf8');
}
