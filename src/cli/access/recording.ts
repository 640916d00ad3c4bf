import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { askHolder } from '../../infrastructure/control/control-client.js';
import { holderJobs } from '../../infrastructure/control/holder-jobs.js';
import type { ControlRequest } from '../../infrastructure/control/messages.js';
import { LedgerHeld } from '../../infrastructure/event-store/event-store.js';
import { openLedger } from '../../infrastructure/host/open.js';
import type { OpenLedger } from '../../infrastructure/host/open-ledger.js';
import { logOfCommand } from '../../infrastructure/transparency/held-log.js';
import { cosigner, witnessPolicyOf } from '../../infrastructure/transparency/witnessing.js';
import { LedgerModule } from '../../ledger.module.js';
import type { Call } from '../command.js';

/**
 * Has a job done that records: by the process that holds the ledger, where one does and listens, else by this one.
 * @throws LedgerHeld where the holder does not listen, such as another load
 */
export async function record(
  call: Pick<Call, 'configuration' | 'output' | 'signal'>,
  request: ControlRequest,
  onProgress: (progress: unknown) => void,
): Promise<unknown> {
  const open = await openUnlessHeld(call);
  if (open instanceof LedgerHeld) {
    const answered = await askHolder(call.configuration.directory, request, onProgress);
    if (answered === undefined) throw open;
    return answered.result;
  }
  for (const warning of open.warnings) call.output.warn(warning);
  let application: INestApplicationContext | undefined;
  try {
    application = await NestFactory.createApplicationContext(LedgerModule.forRoot(open), {
      logger: false,
      abortOnError: false,
    });
    const policy = witnessPolicyOf(open.configuration);
    const log = logOfCommand(open, (tree) =>
      cosigner(policy, tree, ({ witness, reason }) =>
        call.output.warn(`the witness at ${witness.url} did not cosign: ${reason}`),
      ),
    );
    const job = holderJobs({ open, commands: application.get(CommandBus), projections: undefined, log });
    return await job(request, { onProgress, signal: call.signal });
  } finally {
    await application?.close();
    await open.close();
  }
}

async function openUnlessHeld({
  configuration,
}: Pick<Call, 'configuration'>): Promise<OpenLedger | LedgerHeld> {
  try {
    return await openLedger(configuration);
  } catch (error) {
    if (error instanceof LedgerHeld) return error;
    throw error;
  }
}
