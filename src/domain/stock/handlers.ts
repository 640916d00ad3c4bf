import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IMPORT_DESK, type ImportDesk } from '../key-registry/import-desk.js';
import { changeLotState, removeUnits, transferUnits, type SkuOfLot } from '../processes/move-stock.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { QuarantineLot, ReleaseLot, ReturnToSupplier, TransferUnits, WriteOffUnits } from './commands.js';

@CommandHandler(TransferUnits)
export class TransferUnitsHandler implements ICommandHandler<TransferUnits> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ body, context }: TransferUnits): Promise<Executed<object>> {
    return transferUnits(this.ledger, body, context);
  }
}

/** The registry knows which product a lot is of. */
abstract class LotHandler {
  protected readonly skuOfLot: SkuOfLot;

  constructor(
    @Inject(LEDGER) protected readonly ledger: Ledger,
    @Inject(IMPORT_DESK) desk: ImportDesk,
  ) {
    this.skuOfLot = async (lotId) => {
      const lot = await desk.lot(lotId);
      return lot?.standing === 'completed' ? lot.terms.sku : undefined;
    };
  }
}

@CommandHandler(QuarantineLot)
export class QuarantineLotHandler extends LotHandler implements ICommandHandler<QuarantineLot> {
  execute({ body, context }: QuarantineLot): Promise<Executed<object>> {
    return changeLotState(this.ledger, this.skuOfLot, { kind: 'quarantine', body }, context);
  }
}

@CommandHandler(ReleaseLot)
export class ReleaseLotHandler extends LotHandler implements ICommandHandler<ReleaseLot> {
  execute({ body, context }: ReleaseLot): Promise<Executed<object>> {
    return changeLotState(this.ledger, this.skuOfLot, { kind: 'end-quarantine', body }, context);
  }
}

@CommandHandler(WriteOffUnits)
export class WriteOffUnitsHandler extends LotHandler implements ICommandHandler<WriteOffUnits> {
  execute({ body, context }: WriteOffUnits): Promise<Executed<object>> {
    return removeUnits(this.ledger, this.skuOfLot, { kind: 'write-off', body }, context);
  }
}

@CommandHandler(ReturnToSupplier)
export class ReturnToSupplierHandler extends LotHandler implements ICommandHandler<ReturnToSupplier> {
  execute({ body, context }: ReturnToSupplier): Promise<Executed<object>> {
    return removeUnits(this.ledger, this.skuOfLot, { kind: 'return', body }, context);
  }
}
