import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { merchantsTarget } from '../processes/targets.js';
import { requireValid } from '../shared/faults.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { RegisterMerchant } from './commands.js';

@CommandHandler(RegisterMerchant)
export class RegisterMerchantHandler implements ICommandHandler<RegisterMerchant> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, context }: RegisterMerchant): Promise<Executed<object>> {
    requireValid(body);
    const { merchantId, name, channel } = body;
    const merchant = { merchantId, name, channel };
    return this.ledger.execute(merchantsTarget, { kind: 'register', merchant }, context);
  }
}
