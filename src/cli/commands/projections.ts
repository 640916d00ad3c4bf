import { catchUp, rebuild, retry } from '../../infrastructure/projection-runner/catch-up.js';
import type { ModelStatus } from '../../infrastructure/projection-runner/progress.js';
import { verify, type Verification } from '../../infrastructure/projection-runner/verify.js';
import { ReadModelsHeld } from '../../infrastructure/projection-runner/writer-lock.js';
import { askHolder } from '../../infrastructure/control/control-client.js';
import { READ_MODEL_NAMES, readModels, type ReadModelName } from '../../projections/registry.js';
import { withLedger, type Reading } from '../access/reading.js';
import type { Call, CliCommand } from '../command.js';
import type { Column } from '../terminal/table.js';
import { JobFailed, UsageError } from '../usage-error.js';

export const projectionsCommand: CliCommand = {
  name: 'projections',
  summary: 'how the read models stand; rebuild, verify or retry them',
  usage: `projections status
projections verify [MODEL]
projections rebuild [MODEL]
projections retry [MODEL]

The read models are ${READ_MODEL_NAMES.join(', ')}; without MODEL, all of them.

  status    how far each has come, and why it stopped if it has
  verify    compares each with one made from nothing, by digest: exit code 1 where they differ
  rebuild   makes it anew beside the old one, then swaps
  retry     lets one that stopped go on, after a fix`,
  options: {},
  positionals: { min: 1, max: 2 },
  async run(call) {
    const [task = '', model] = call.positionals;
    const models = modelsOf(model);
    switch (task) {
      case 'status':
        return withLedger(call.configuration, (reading) => showStatus(call, reading, models));
      case 'verify':
        return withLedger(call.configuration, (reading) => verifyAll(call, reading, models));
      case 'rebuild':
      case 'retry':
        return withLedger(call.configuration, (reading) => runTask(call, reading, { task, models }));
      default:
        throw new UsageError(`projections has no ${task}`);
    }
  },
};

function modelsOf(name: string | undefined): readonly ReadModelName[] {
  if (name === undefined) return READ_MODEL_NAMES;
  const known = READ_MODEL_NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw new UsageError(`there is no read model ${name}`);
  return [known];
}

const STATUS: readonly Column<ModelStatus>[] = [
  { title: 'read model', of: ({ model }) => model },
  { title: 'version', of: ({ version }) => version, align: 'right' },
  { title: 'sequence', of: ({ sequence }) => sequence, align: 'right' },
  { title: 'position', of: ({ position }) => position, align: 'right' },
  {
    title: 'stopped',
    of: ({ stopped }) => (stopped === null ? '' : `at event ${stopped.eventId}: ${stopped.message}`),
  },
];

async function showStatus(call: Call, reading: Reading, models: readonly ReadModelName[]): Promise<void> {
  const head = await reading.store.head();
  const standings = standingsOf(reading, models);
  if (call.json) call.output.json({ head, models: standings });
  else {
    call.output.line(`the log's head is at position ${head}`);
    call.output.table(STATUS, standings);
  }
  requireMoving(standings);
}

function standingsOf({ readModels }: Reading, models: readonly ReadModelName[]): readonly ModelStatus[] {
  return readModels.status().filter(({ model }) => models.some((name) => name === model));
}

/** One that stopped is equal to the ledger as far as it came, and of no use all the same. */
function requireMoving(standings: readonly ModelStatus[]): void {
  const stopped = standings.filter((standing) => standing.stopped !== null).map(({ model }) => model);
  if (stopped.length === 0) return;
  throw new JobFailed(
    `stopped: ${stopped.join(', ')}; see projections status, mend it and run projections retry`,
  );
}

async function verifyAll(call: Call, reading: Reading, models: readonly ReadModelName[]): Promise<void> {
  const { store, directory } = reading;
  await unlessHeld(() => catchUp({ store, directory }));
  const head = await store.head();
  const verified: Verification[] = [];
  for (const name of models) {
    const onProgress = ({ position }: { position: number }): void =>
      call.output.progress(name, position, head);
    verified.push(await verify({ store, directory, model: readModels[name], onProgress }));
  }
  call.output.clearProgress();
  if (call.json) call.output.json(verified);
  else for (const one of verified) printVerification(call, one);
  if (verified.some(({ equal }) => !equal))
    throw new JobFailed('a read model differs from the ledger; rebuild it');
  requireMoving(standingsOf(reading, models));
}

function printVerification({ output }: Call, { model, equal, sequence, tables }: Verification): void {
  const verdict = equal ? output.colours.good('equal') : output.colours.bad('DIFFERENT');
  const rows = tables.reduce((sum, { liveRows }) => sum + liveRows, 0);
  output.line(`${model}: ${verdict}, ${rows} rows in ${tables.length} tables, up to sequence ${sequence}`);
  for (const { table } of tables.filter((one) => !one.equal)) output.line(`  differs in ${table}`);
}

interface Task {
  readonly task: 'rebuild' | 'retry';
  readonly models: readonly ReadModelName[];
}

async function runTask(call: Call, { store, directory }: Reading, { task, models }: Task): Promise<void> {
  const offline = task === 'rebuild' ? rebuild : retry;
  for (const model of models) {
    const done = await unlessHeld(() => offline({ store, directory }, model));
    if (done === undefined) await askService(call, { command: 'projections', task, model });
    if (!call.json) call.output.line(`${model}: ${task === 'rebuild' ? 'rebuilt' : 'goes on'}`);
  }
  if (call.json) call.output.json({ task, models });
}

async function askService(call: Call, request: Parameters<typeof askHolder>[1]): Promise<void> {
  const { directory } = call.configuration;
  const answered = await askHolder(directory, request, () => undefined);
  if (answered === undefined) throw new ReadModelsHeld(directory);
}

/** Undefined where another process keeps the read models. */
async function unlessHeld<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReadModelsHeld) return undefined;
    throw error;
  }
}
