import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { productsTarget } from '../processes/targets.js';
import { requireValid } from '../shared/faults.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { DefineProduct } from './commands.js';

@CommandHandler(DefineProduct)
export class DefineProductHandler implements ICommandHandler<DefineProduct> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, context }: DefineProduct): Promise<Executed<object>> {
    requireValid(body);
    const { sku, name, category, productClass, fulfilment, faceValue, currency } = body;
    const product = { sku, name, category, productClass, fulfilment, faceValue, currency };
    return this.ledger.execute(productsTarget, { kind: 'define', product }, context);
  }
}
