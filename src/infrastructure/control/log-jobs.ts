import type { CommandBus } from '@nestjs/cqrs';
import {
  AddSigningKey,
  ForkBody,
  ForkLog,
  RetiredKeyBody,
  RetireSigningKey,
  SigningKeyBody,
} from '../../domain/genesis/commands.js';
import { genesisTarget } from '../../domain/processes/targets.js';
import { unreachable } from '../../domain/shared/event.js';
import type { CommandContext } from '../../domain/shared/ledger.js';
import type { OpenLedger } from '../host/open-ledger.js';
import type { HeldLog } from '../transparency/held-log.js';
import { logKeysOf, type LogKeys } from '../transparency/log-keys.js';
import type { ReleasedCheckpoint } from '../transparency/released-checkpoint.js';
import type { LogTask } from './messages.js';

export interface LogHolder {
  readonly open: OpenLedger;
  readonly commands: CommandBus;
  readonly log: HeldLog;
}

/** Who asked, and when. */
export type ContextOf = (command: string, commandId: string) => CommandContext;

/** Does what `sourcebook log` asks of the process that holds the ledger. */
export async function runLogTask(
  holder: LogHolder,
  task: LogTask,
  contextOf: ContextOf,
): Promise<LogKeys | ReleasedCheckpoint> {
  switch (task.task) {
    case 'checkpoint':
      return holder.log.checkpointNow();
    case 'keys':
      return logKeysOf(holder.open);
    case 'rotate-key':
      return rotateKey(holder, contextOf);
    case 'retire-key':
      return retireKey(holder, task.publicKey, contextOf);
    case 'fork':
      return fork(holder, task, contextOf);
    default:
      return unreachable(task);
  }
}

/** The seed is durable before the key is published; from then on both keys sign until the old one is retired. */
async function rotateKey({ open, commands }: LogHolder, contextOf: ContextOf): Promise<LogKeys> {
  const publicKey = await open.signingKeys.sealNew();
  const body = Object.assign(new SigningKeyBody(), { publicKey });
  await commands.execute(new AddSigningKey(body, contextOf(AddSigningKey.name, `add-key ${publicKey}`)));
  return logKeysOf(open);
}

async function retireKey(
  { open, commands }: LogHolder,
  named: string,
  contextOf: ContextOf,
): Promise<LogKeys> {
  const signing = await open.ledger.ask(genesisTarget, ({ signingKeys }) => signingKeys);
  const known = signing.find((key) => open.signingKeys.publicKeyOf(key) === named);
  const publicKey = known === undefined ? named : known;
  const body = Object.assign(new RetiredKeyBody(), { publicKey });
  await commands.execute(new RetireSigningKey(body, contextOf(RetireSigningKey.name, `retire-key ${named}`)));
  return logKeysOf(open);
}

async function fork(
  { open, commands, log }: LogHolder,
  { origin, reason }: Extract<LogTask, { task: 'fork' }>,
  contextOf: ContextOf,
): Promise<LogKeys> {
  const promised = await log.promised();
  const terms = promised === undefined ? null : { size: promised.size, root: promised.root };
  const body = Object.assign(new ForkBody(), { origin, reason });
  await commands.execute(new ForkLog(body, terms, contextOf(ForkLog.name, `fork-log ${origin}`)));
  return logKeysOf(open);
}
