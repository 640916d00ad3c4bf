import type { LogTask } from '../../infrastructure/control/messages.js';
import type { CheckpointSource } from '../../infrastructure/evidence/ports.js';
import { logPolicy, type LogKeys } from '../../infrastructure/transparency/log-keys.js';
import type { ReleasedCheckpoint } from '../../infrastructure/transparency/released-checkpoint.js';
import { witnessPolicyOf } from '../../infrastructure/transparency/witnessing.js';
import { actorOf, type Call } from '../command.js';
import { record } from './recording.js';

/** Signed checkpoints and keys, asked of whoever holds the ledger; each once. */
export function checkpointsOf(call: Call): CheckpointSource {
  const run = (task: LogTask) =>
    record(call, { command: 'log', actor: actorOf(call), ...task }, () => undefined);
  let asked: Promise<ReleasedCheckpoint> | undefined;
  let keys: Promise<LogKeys> | undefined;
  const latest = () => (asked ??= run({ task: 'checkpoint' }) as Promise<ReleasedCheckpoint>);
  const logKeys = () => (keys ??= run({ task: 'keys' }) as Promise<LogKeys>);
  return {
    latest,
    at: async (size) => {
      const checkpoint = await latest();
      return checkpoint.size === size ? checkpoint : undefined;
    },
    vkeys: async () => (await logKeys()).keys.map(({ vkey }) => `${vkey}\n`).join(''),
    policy: async () => logPolicy(await logKeys(), witnessPolicyOf(call.configuration)),
  };
}
