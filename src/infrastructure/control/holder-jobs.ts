import type { CommandBus } from '@nestjs/cqrs';
import { readFormat } from '../../domain/key-file/format.js';
import { ReceiveLot, ReceiveLotBody, type OfferedKeyFile } from '../../domain/key-registry/commands.js';
import type { KeyFile } from '../../domain/key-registry/events.js';
import { unreachable } from '../../domain/shared/event.js';
import { requireValid } from '../../domain/shared/faults.js';
import type { CommandContext } from '../../domain/shared/ledger.js';
import { Refusal } from '../../domain/shared/refusal.js';
import { instantOf } from '../../domain/shared/time.js';
import type { LineCounts } from '../../domain/shared/units.js';
import { READ_MODEL_NAMES, type ReadModelName } from '../../projections/registry.js';
import type { OpenLedger } from '../host/open-ledger.js';
import { keyFileAt } from '../pack/key-files.js';
import { loadPack } from '../pack/load-pack.js';
import { operationOf } from '../pack/operations.js';
import type { ControlJob } from './control-server.js';
import type { HeldLog } from '../transparency/held-log.js';
import { runLogTask } from './log-jobs.js';
import type { ControlRequest } from './messages.js';

/** What the process that holds a ledger does the command line's jobs with. */
export interface Holder {
  readonly open: OpenLedger;
  readonly commands: CommandBus;
  /** What keeps the read models up to date; undefined where nothing does. */
  readonly projections: ProjectionTasks | undefined;
  readonly log: HeldLog;
}

export interface ProjectionTasks {
  rebuild(model: ReadModelName): Promise<void>;
  retry(model: ReadModelName): Promise<void>;
}

/** What a key file came to, or would come to. */
export interface KeyImport {
  readonly lotId: string;
  readonly recorded: boolean;
  readonly counts: LineCounts;
  /** Of a dry run. */
  readonly file?: KeyFile;
}

type Job<Command extends ControlRequest['command']> = Extract<ControlRequest, { command: Command }>;
type Surroundings = Parameters<ControlJob>[1];

/** The jobs of a holder. Loads come one after another. */
export function holderJobs(holder: Holder): ControlJob {
  let turn: Promise<unknown> = Promise.resolve();
  return (request, surroundings) => {
    switch (request.command) {
      case 'load': {
        const load = turn.then(() => runLoad(holder, request, surroundings));
        turn = load.catch(() => undefined);
        return load;
      }
      case 'import-keys':
        return importKeys(holder, request, surroundings);
      case 'operation':
        return recordOperation(holder, request);
      case 'log':
        return runLogTask(holder, request, (command, id) => contextNow(command, id, request.actor));
      case 'projections':
        return runProjectionTask(holder, request);
      default:
        return unreachable(request);
    }
  };
}

function runLoad(
  { open, commands }: Holder,
  { directory, actor }: Job<'load'>,
  { onProgress, signal }: Surroundings,
): Promise<unknown> {
  return loadPack({ commands, ledger: open.ledger }, { directory, actor, onProgress, signal });
}

async function importKeys(
  holder: Holder,
  request: Job<'import-keys'>,
  surroundings: Surroundings,
): Promise<KeyImport> {
  const { lotId, poId, sku, expiresAt, ...format } = request.receipt;
  const body = Object.assign(new ReceiveLotBody(), { lotId, poId, sku, expiresAt });
  const file = { format: readFormat(format), source: await keyFileAt(request.file, request.name) };
  if (request.dryRun) return dryRun(holder, { body, file }, surroundings);
  const context = contextNow(ReceiveLot.name, `import ${lotId} ${new Date().toISOString()}`, request.actor);
  const { answer } = await holder.commands.execute(new ReceiveLot(body, file, context));
  return { lotId, recorded: true, counts: answer.counts };
}

/** Reads the file as an import would and tells every line's verdict. Nothing is recorded. */
async function dryRun(
  { open: { desk } }: Holder,
  { body, file }: { readonly body: ReceiveLotBody; readonly file: OfferedKeyFile },
  { onProgress }: Surroundings,
): Promise<KeyImport> {
  requireValid(body);
  const { lotId } = body;
  const { source, format } = file;
  if (source === undefined)
    throw new Refusal('missing_file', 'there is no plain file at that place; check its path');
  const receivedAt = instantOf(new Date().toISOString());
  const request = { source, format, receivedAt, lotId, resumedAttempt: undefined };
  const plan = await desk.inTurn(() => desk.planWith(request, onProgress));
  desk.release(plan);
  return { lotId, recorded: false, counts: plan.counts, file: plan.file };
}

async function recordOperation({ commands }: Holder, request: Job<'operation'>): Promise<unknown> {
  const operation = operationOf(request.fields['op']);
  if (operation === undefined)
    throw new Refusal('unknown_operation', 'name an operation that the ledger knows');
  const context = contextNow(operation.command, request.commandId, request.actor);
  const { answer } = await commands.execute(await operation.translate(request.fields, context, ''));
  return answer;
}

function contextNow(command: string, commandId: string, actor: string): CommandContext {
  return {
    command,
    commandId,
    actor,
    onBehalfOf: null,
    channel: 'cli',
    correlationId: commandId,
    causationId: null,
    at: new Date().toISOString(),
  };
}

async function runProjectionTask(
  { projections }: Holder,
  { task, model }: Job<'projections'>,
): Promise<unknown> {
  const name = READ_MODEL_NAMES.find((known) => known === model);
  if (name === undefined)
    throw new RangeError(`no read model ${model}; there are ${READ_MODEL_NAMES.join(', ')}`);
  if (projections === undefined)
    throw new RangeError('the holder of the ledger keeps no read models; stop it first');
  await projections[task](name);
  return { model: name, task };
}
