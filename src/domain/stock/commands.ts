import { Command } from '@nestjs/cqrs';
import { IsOptional, IsString, Length } from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier, IsWholeNumber } from '../shared/rules.js';

export class TransferBody {
  @IsIdentifier()
  sku!: string;

  @IsIdentifier()
  from!: string;

  @IsIdentifier()
  to!: string;

  @IsWholeNumber(1, Number.MAX_SAFE_INTEGER)
  quantity!: number;
}

export class LotStateBody {
  @IsIdentifier()
  lotId!: string;

  @IsOptional()
  @IsString()
  @Length(0, 1000)
  reason?: string | null;
}

export class LotRemovalBody extends LotStateBody {
  @IsWholeNumber(1, Number.MAX_SAFE_INTEGER)
  quantity!: number;
}

export class TransferUnits extends Command<Executed<object>> {
  constructor(
    readonly body: TransferBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

export class QuarantineLot extends Command<Executed<object>> {
  constructor(
    readonly body: LotStateBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

export class ReleaseLot extends Command<Executed<object>> {
  constructor(
    readonly body: LotStateBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

export class WriteOffUnits extends Command<Executed<object>> {
  constructor(
    readonly body: LotRemovalBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

export class ReturnToSupplier extends Command<Executed<object>> {
  constructor(
    readonly body: LotRemovalBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
