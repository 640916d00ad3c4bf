import { Command } from '@nestjs/cqrs';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, IsString, Length } from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier, IsTime } from '../shared/rules.js';

export class SupplierBody {
  @IsIdentifier()
  supplierId!: string;

  @IsString()
  @Length(1, 500)
  name!: string;

  @IsString()
  @Length(1, 100)
  kind!: string;
}

export class AuthorisationBody {
  @IsIdentifier()
  authorisationId!: string;

  @IsIdentifier()
  issuer!: string;

  @IsIdentifier()
  supplierId!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @IsIdentifier({ each: true })
  skus!: string[];

  @IsTime()
  validFrom!: string;

  /** Absent or null: no end. */
  @IsOptional()
  @IsTime()
  validTo?: string | null;
}

export class RevocationBody {
  @IsIdentifier()
  authorisationId!: string;

  @IsOptional()
  @IsString()
  @Length(0, 1000)
  reason?: string | null;
}

export class RegisterSupplier extends Command<Executed<object>> {
  constructor(
    readonly body: SupplierBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

export class GrantAuthorisation extends Command<Executed<object>> {
  constructor(
    readonly body: AuthorisationBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

export class RevokeAuthorisation extends Command<Executed<object>> {
  constructor(
    readonly body: RevocationBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
