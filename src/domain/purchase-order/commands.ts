import { Command } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, ValidateNested } from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier, IsPositiveAmount, IsWholeNumber } from '../shared/rules.js';

export class PurchaseOrderLineBody {
  @IsIdentifier()
  sku!: string;

  @IsWholeNumber(1, Number.MAX_SAFE_INTEGER)
  quantity!: number;

  /** In the product's currency. */
  @IsPositiveAmount()
  unitCost!: string;
}

export class PurchaseOrderBody {
  @IsIdentifier()
  poId!: string;

  @IsIdentifier()
  supplierId!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5_000)
  @ValidateNested({ each: true })
  @Type(() => PurchaseOrderLineBody)
  lines!: PurchaseOrderLineBody[];
}

export class PlacePurchaseOrder extends Command<Executed<object>> {
  constructor(
    readonly body: PurchaseOrderBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
