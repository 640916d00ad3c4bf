import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refundOrder } from '../processes/refund-order.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { RefundOrder, type RefundAnswer } from './commands.js';

@CommandHandler(RefundOrder)
export class RefundOrderHandler implements ICommandHandler<RefundOrder> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ body, context }: RefundOrder): Promise<Executed<RefundAnswer>> {
    return refundOrder(this.ledger, body, context);
  }
}
