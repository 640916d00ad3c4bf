import { Command } from '@nestjs/cqrs';
import { IsString, Length, Matches } from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier } from '../shared/rules.js';

export class ProductBody {
  @IsIdentifier()
  sku!: string;

  @IsString()
  @Length(1, 500)
  name!: string;

  @IsString()
  @Length(0, 100)
  category!: string;

  @IsString()
  @Length(0, 100)
  productClass!: string;

  @IsString()
  @Length(0, 100)
  fulfilment!: string;

  @IsString()
  @Length(0, 40)
  faceValue!: string;

  @Matches(/^[A-Z]{3}$/, { message: 'must be a currency of ISO 4217, such as CNY' })
  currency!: string;
}

export class DefineProduct extends Command<Executed<object>> {
  constructor(
    readonly body: ProductBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
