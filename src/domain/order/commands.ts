import { Command } from '@nestjs/cqrs';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsOptional,
  IsString,
  Length,
} from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier, IsPositiveAmount, IsWholeNumber } from '../shared/rules.js';
import type { SourcedRange } from '../shared/units.js';

export const ORDER_QUANTITY_MAX = 1000;

export const MAIN_POOL = 'main';

export class IssueBody {
  @IsIdentifier()
  merchantId!: string;

  @IsIdentifier()
  orderNo!: string;

  @IsIdentifier()
  sku!: string;

  @IsWholeNumber(1, ORDER_QUANTITY_MAX)
  quantity!: number;

  /** In the product's currency. */
  @IsPositiveAmount()
  unitPrice!: string;

  /** Absent: `main`. */
  @IsOptional()
  @IsIdentifier()
  pool?: string;
}

export interface IssueAnswer {
  readonly outcome: 'fulfilled' | 'replayed';
  readonly units: readonly SourcedRange[];
}

/** Issues units to a merchant's order, all or none; idempotent by the merchant's own order number. */
export class IssueOrder extends Command<Executed<IssueAnswer>> {
  constructor(
    readonly body: IssueBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

export class RevealBody {
  @IsIdentifier()
  merchantId!: string;

  @IsIdentifier()
  orderNo!: string;

  /** Places within the order, from 1. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(ORDER_QUANTITY_MAX)
  @ArrayUnique()
  @IsWholeNumber(1, ORDER_QUANTITY_MAX, { each: true })
  units!: number[];

  @IsString()
  @Length(1, 200)
  purpose!: string;
}

export interface RevealedKey {
  readonly unit: number;
  readonly keyId: string;
  readonly number: string;
  readonly secret: string;
  /** What proves later which key it was: the key's salt and path under its chunk's commitment. */
  readonly proof: {
    readonly salt: string;
    readonly index: number;
    readonly count: number;
    readonly path: readonly string[];
    readonly commitment: string;
  };
}

/** Decrypts keys of a fulfilled order for a purpose; who saw what and why is durable before they leave. */
export class RevealKeys extends Command<Executed<{ readonly keys: readonly RevealedKey[] }>> {
  constructor(
    readonly body: RevealBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
