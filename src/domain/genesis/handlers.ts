import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { genesisTarget } from '../processes/targets.js';
import { requireValid } from '../shared/faults.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { AddSigningKey, ForkLog, RetireSigningKey } from './commands.js';

@CommandHandler(AddSigningKey)
export class AddSigningKeyHandler implements ICommandHandler<AddSigningKey> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, context }: AddSigningKey): Promise<Executed<object>> {
    requireValid(body);
    const command = { kind: 'add-signing-key', publicKey: body.publicKey } as const;
    return this.ledger.execute(genesisTarget, command, context);
  }
}

@CommandHandler(RetireSigningKey)
export class RetireSigningKeyHandler implements ICommandHandler<RetireSigningKey> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, context }: RetireSigningKey): Promise<Executed<object>> {
    requireValid(body);
    const command = { kind: 'retire-signing-key', publicKey: body.publicKey } as const;
    return this.ledger.execute(genesisTarget, command, context);
  }
}

@CommandHandler(ForkLog)
export class ForkLogHandler implements ICommandHandler<ForkLog> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, promised, context }: ForkLog): Promise<Executed<object>> {
    requireValid(body);
    const { origin, reason } = body;
    return this.ledger.execute(genesisTarget, { kind: 'fork', origin, promised, reason }, context);
  }
}
