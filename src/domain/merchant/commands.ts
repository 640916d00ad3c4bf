import { Command } from '@nestjs/cqrs';
import { IsString, Length } from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier } from '../shared/rules.js';

export class MerchantBody {
  @IsIdentifier()
  merchantId!: string;

  @IsString()
  @Length(1, 500)
  name!: string;

  @IsString()
  @Length(0, 100)
  channel!: string;
}

export class RegisterMerchant extends Command<Executed<object>> {
  constructor(
    readonly body: MerchantBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
