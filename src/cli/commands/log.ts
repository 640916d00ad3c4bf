import { resolve } from 'node:path';
import type { LogTask } from '../../infrastructure/control/messages.js';
import { exportLog } from '../../infrastructure/transparency/export-log.js';
import { logPolicy, type LogKeys } from '../../infrastructure/transparency/log-keys.js';
import type { ReleasedCheckpoint } from '../../infrastructure/transparency/released-checkpoint.js';
import { witnessPolicyOf } from '../../infrastructure/transparency/witnessing.js';
import { withLedger, withReadModels } from '../access/reading.js';
import { record } from '../access/recording.js';
import { actorOf, required, type Call, type CliCommand } from '../command.js';
import { UsageError } from '../usage-error.js';

export const logCommand: CliCommand = {
  name: 'log',
  summary: 'the signed log: its checkpoint, keys and policy; export, key rotation, fork',
  usage: `log checkpoint
log keys
log policy
log export --out DIR
log rotate-key
log retire-key --key PUBLICKEY
log fork --origin ORIGIN --reason TEXT

  checkpoint   the signed checkpoint over all that is recorded by now: keep it
  keys         what signs checkpoints now, as verifiers are given it (vkeys)
  policy       what to believe checkpoints by (C2SP tlog-policy)
  export       the whole log as files that need nothing of this program; secrets stay sealed
  rotate-key   one more key signs from now on; the old one goes on until it is retired
  retire-key   a key signs no longer: when everybody who verifies knows the new one
  fork         starts a new origin, and records the break: only after an older backup was restored for good`,
  options: {
    out: { type: 'string' },
    key: { type: 'string' },
    origin: { type: 'string' },
    reason: { type: 'string' },
    actor: { type: 'string' },
  },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [task = ''] = call.positionals;
    const run = TASKS[task];
    if (run === undefined) throw new UsageError(`log has no ${task}`);
    await run(call);
  },
};

const TASKS: Readonly<Record<string, (call: Call) => Promise<void>>> = {
  checkpoint: async (call) => showCheckpoint(call, await checkpointNow(call)),
  keys: async (call) => showKeys(call, await keysAfter(call, { task: 'keys' })),
  policy: async (call) => call.output.line(policyOf(call, await keysAfter(call, { task: 'keys' })).trimEnd()),
  export: exportTo,
  'rotate-key': async (call) => showKeys(call, await keysAfter(call, { task: 'rotate-key' })),
  'retire-key': async (call) =>
    showKeys(call, await keysAfter(call, { task: 'retire-key', publicKey: required(call, 'key') })),
  fork: async (call) => {
    const origin = required(call, 'origin');
    showKeys(call, await keysAfter(call, { task: 'fork', origin, reason: required(call, 'reason') }));
  },
};

function policyOf({ configuration }: Call, keys: LogKeys): string {
  return logPolicy(keys, witnessPolicyOf(configuration));
}

async function checkpointNow(call: Call): Promise<ReleasedCheckpoint> {
  return (await runTask(call, { task: 'checkpoint' })) as ReleasedCheckpoint;
}

async function keysAfter(call: Call, task: Exclude<LogTask, { task: 'checkpoint' }>): Promise<LogKeys> {
  return (await runTask(call, task)) as LogKeys;
}

async function runTask(call: Call, task: LogTask): Promise<unknown> {
  return record(call, { command: 'log', actor: actorOf(call), ...task }, () => undefined);
}

function showCheckpoint({ output, json }: Call, { origin, size, root, note }: ReleasedCheckpoint): void {
  if (json) output.json({ origin, size, root, note });
  else output.line(note.trimEnd());
}

function showKeys({ output, json }: Call, keys: LogKeys): void {
  if (json) {
    output.json(keys);
    return;
  }
  for (const { vkey } of keys.keys) output.line(vkey);
}

/** Of one checkpoint, whatever is recorded meanwhile. */
async function exportTo(call: Call): Promise<void> {
  const folder = resolve(required(call, 'out'));
  const checkpoint = await checkpointNow(call);
  const keys = await keysAfter(call, { task: 'keys' });
  const { configuration, output, signal } = call;
  await withReadModels(configuration, (readModels) =>
    withLedger(configuration, ({ store }) =>
      exportLog(folder, {
        store,
        ask: (question) =>
          readModels.read(['transparency'], ({ transparency }) => question(transparency)).value,
        checkpoint,
        vkeys: keys.keys.map(({ vkey }) => `${vkey}\n`).join(''),
        policy: policyOf(call, keys),
        onProgress: (events) => output.progress('events', events, checkpoint.size),
        signal,
      }),
    ),
  );
  output.clearProgress();
  output.line(`${checkpoint.size} events of ${checkpoint.origin} are in ${folder}`);
}
