import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { placePurchaseOrder } from '../processes/place-purchase-order.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { PlacePurchaseOrder } from './commands.js';

@CommandHandler(PlacePurchaseOrder)
export class PlacePurchaseOrderHandler implements ICommandHandler<PlacePurchaseOrder> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ body, context }: PlacePurchaseOrder): Promise<Executed<object>> {
    return placePurchaseOrder(this.ledger, body, context);
  }
}
