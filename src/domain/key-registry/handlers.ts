import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { receiveLot } from '../processes/receive-lot.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { ReceiveLot, type ReceiptAnswer } from './commands.js';
import { IMPORT_DESK, type ImportDesk } from './import-desk.js';

@CommandHandler(ReceiveLot)
export class ReceiveLotHandler implements ICommandHandler<ReceiveLot> {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(IMPORT_DESK) private readonly desk: ImportDesk,
  ) {}

  execute({ body, file, context }: ReceiveLot): Promise<Executed<ReceiptAnswer>> {
    return receiveLot({ ledger: this.ledger, desk: this.desk, context }, body, file);
  }
}
