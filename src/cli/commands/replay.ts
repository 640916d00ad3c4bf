import { replay, type ReplayProgress } from '../../infrastructure/projection-runner/replay.js';
import type { Replay } from '../../infrastructure/projection-runner/replayed.js';
import type { Until } from '../../infrastructure/projection-runner/replay-cut.js';
import { withLedger } from '../access/reading.js';
import { required, type Call, type CliCommand } from '../command.js';
import { readMoment } from '../questions/moments.js';
import type { Column } from '../terminal/table.js';
import { JobFailed } from '../usage-error.js';

export const replayCommand: CliCommand = {
  name: 'replay',
  summary: 'the read models as of a moment, as SQLite files for any tool',
  usage: `replay --until M --out DIR [--json]

Writes every read model as it stood at a moment, made from the log alone, with a README.txt and the digest of each. The
ledger's own read models are not touched, and a running service is not disturbed. An interruption leaves nothing.

  --until M   a time such as 2026-09-01T08:00:00+08:00, a sequence number, or position:N of the log (see events)
  --out DIR   a folder that is empty or not there`,
  options: { until: { type: 'string' }, out: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const until = readUntil(required(call, 'until'));
    const directory = required(call, 'out');
    const replayed = await withLedger(call.configuration, async ({ store }) => {
      const head = await store.head();
      const onProgress = (progress: ReplayProgress): void => showProgress(call, until, progress, head);
      return unlessInterrupted(call, () =>
        replay({ store, until, directory, signal: call.signal, onProgress }),
      );
    });
    call.output.clearProgress();
    if (call.json) call.output.json({ directory, ...replayed });
    else printReplay(call, directory, replayed);
  },
};

/** @throws UsageError */
function readUntil(text: string): Until {
  const position = /^position:(\d{1,15})$/.exec(text)?.[1];
  return position === undefined
    ? readMoment(text, '--until')
    : { kind: 'position', position: Number(position) };
}

function showProgress({ output }: Call, until: Until, progress: ReplayProgress, head: number): void {
  if (until.kind === 'sequence') output.progress('replay', progress.sequence, until.sequence);
  else output.progress('replay', progress.position, until.kind === 'position' ? until.position : head);
}

/** @throws JobFailed where the user interrupted */
async function unlessInterrupted<Result>(call: Call, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (call.signal.aborted) throw new JobFailed('interrupted; nothing was written');
    throw error;
  }
}

const FILES: readonly Column<Replay['models'][number]>[] = [
  { title: 'file', of: ({ file }) => file },
  { title: 'version', of: ({ version }) => version, align: 'right' },
  { title: 'rows', of: ({ tables }) => tables.reduce((sum, { rows }) => sum + rows, 0), align: 'right' },
  { title: 'SHA-256 of the content', of: ({ sha256 }) => sha256 },
];

function printReplay({ output }: Call, directory: string, { sequence, recordedAt, models }: Replay): void {
  const when = recordedAt === null ? '' : `, recorded at ${recordedAt}`;
  output.line(`${directory}: as of sequence ${sequence}${when}`);
  output.table(FILES, models);
}
