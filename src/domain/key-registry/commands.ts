import { Command } from '@nestjs/cqrs';
import { IsOptional } from 'class-validator';
import type { KeyFileFormat } from '../key-file/format.js';
import type { CommandContext, Executed } from '../shared/ledger.js';
import { IsIdentifier, IsTime } from '../shared/rules.js';
import type { LineCounts } from '../shared/units.js';
import type { KeyFileSource } from './import-desk.js';

export class ReceiveLotBody {
  @IsIdentifier()
  lotId!: string;

  @IsIdentifier()
  poId!: string;

  @IsIdentifier()
  sku!: string;

  /** When the whole lot expires; absent: never. */
  @IsOptional()
  @IsTime()
  expiresAt?: string | null;
}

export interface ReceiptAnswer {
  readonly lotId: string;
  readonly counts: LineCounts;
}

export interface OfferedKeyFile {
  readonly format: KeyFileFormat;
  /** Undefined where there is no such file: refused in its turn. */
  readonly source: KeyFileSource | undefined;
}

/** Imports a key file as a lot of a purchase order's line; acknowledged when the lot is in stock. */
export class ReceiveLot extends Command<Executed<ReceiptAnswer>> {
  constructor(
    readonly body: ReceiveLotBody,
    readonly file: OfferedKeyFile,
    readonly context: CommandContext,
  ) {
    super();
  }
}
