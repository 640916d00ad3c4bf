import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LoadProgress, LoadSummary } from '../../infrastructure/pack/load-pack.js';
import { OPERATIONS_FILE } from '../../infrastructure/pack/operation-lines.js';
import { record } from '../access/recording.js';
import { actorOf, type Call, type CliCommand } from '../command.js';
import { JobFailed } from '../usage-error.js';

export const loadCommand: CliCommand = {
  name: 'load',
  summary: 'record a supply pack: master data, operations, key files',
  usage: `load PACK [--actor NAME]

Records the folder PACK through the same commands as HTTP does, in order, and ends with a summary. Interrupted and run
again it goes on where it stopped; a pack that was loaded changes nothing. Where a service holds the ledger, the
service does it.

  --actor NAME   who is recorded as having done it`,
  options: { actor: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const summary = await loadWithProgress(call, resolve(call.positionals[0] ?? ''));
    if (call.json) call.output.json(summary);
    else printSummary(call, summary);
  },
};

/** @throws JobFailed where there is no such folder */
export async function loadWithProgress(
  call: Pick<Call, 'configuration' | 'output' | 'signal' | 'values'>,
  directory: string,
): Promise<LoadSummary> {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new JobFailed(`there is no pack at ${directory}; name the folder that holds ${OPERATIONS_FILE}`);
  }
  const totalBytes = statSync(join(directory, OPERATIONS_FILE), { throwIfNoEntry: false })?.size ?? 0;
  const request = { command: 'load', directory, actor: actorOf(call) } as const;
  const summary = await record(call, request, (progress) => {
    const { lines, bytesRead } = progress as LoadProgress;
    call.output.progress(`line ${lines}`, bytesRead, totalBytes);
  });
  call.output.clearProgress();
  return summary as LoadSummary;
}

function printSummary({ output }: Call, { name, asOf, lines, done, replayed, refused }: LoadSummary): void {
  output.line(`pack ${name}: ${lines} operations, the last at ${asOf ?? '–'}`);
  output.line(`${done} done, ${replayed} answered as replays, ${refused} refused`);
}
