import { Command } from '@nestjs/cqrs';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier, IsWholeNumber } from '../shared/rules.js';

export class RefundRequestBody {
  @IsIdentifier()
  merchantId!: string;

  @IsIdentifier()
  orderNo!: string;

  @IsIdentifier()
  refundNo!: string;

  /** Places within the order, from 1; a replacement follows the order in which they are named. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique({ message: 'must name each place once' })
  @IsWholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, {
    each: true,
    message: 'must be whole numbers',
  })
  units!: number[];

  @IsIn(['bad_key', 'goodwill'])
  reason!: 'bad_key' | 'goodwill';

  @IsIn(['refund', 'replace'])
  remedy!: 'refund' | 'replace';
}

export interface RefundAnswer {
  readonly outcome: 'completed' | 'replayed';
}

/** Pays back or replaces places of an order; idempotent by the merchant's own refund number. */
export class RefundOrder extends Command<Executed<RefundAnswer>> {
  constructor(
    readonly body: RefundRequestBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
