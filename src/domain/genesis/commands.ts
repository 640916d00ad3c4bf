import { Command } from '@nestjs/cqrs';
import { IsBase64, IsString, Length, Matches, ValidateIf } from 'class-validator';
import type { CommandContext, Executed } from '../shared/ledger.js';

/** A key's name may hold neither spaces nor "+" (C2SP signed-note), and an origin names its log's key. */
const ORIGIN = /^[^\s+\p{C}]{1,200}$/u;

export class SigningKeyBody {
  /** base64 of 32 bytes. */
  @IsBase64()
  @Length(44, 44)
  publicKey!: string;
}

export class ForkBody {
  @Matches(ORIGIN, { message: 'origin must be 1 to 200 characters without spaces and "+"' })
  origin!: string;

  @IsString()
  @Length(1, 500)
  reason!: string;
}

export class RetiredKeyBody {
  /** base64 of 32 bytes; null: the key that a founding of version 1 did not publish. */
  @ValidateIf((_, publicKey) => publicKey !== null)
  @IsBase64()
  @Length(44, 44)
  publicKey!: string | null;
}

/** Signs with one more key. */
export class AddSigningKey extends Command<Executed<object>> {
  constructor(
    readonly body: SigningKeyBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** Signs with a key no longer. */
export class RetireSigningKey extends Command<Executed<object>> {
  constructor(
    readonly body: RetiredKeyBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** Starts a new origin where the old one's promises cannot be kept. */
export class ForkLog extends Command<Executed<object>> {
  constructor(
    readonly body: ForkBody,
    readonly promised: { readonly size: number; readonly root: string } | null,
    readonly context: CommandContext,
  ) {
    super();
  }
}
