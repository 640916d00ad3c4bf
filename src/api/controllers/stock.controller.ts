import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  LotRemovalBody,
  LotStateBody,
  QuarantineLot,
  ReleaseLot,
  ReturnToSupplier,
  TransferBody,
  TransferUnits,
  WriteOffUnits,
} from '../../domain/stock/commands.js';
import { readBody } from '../commands/body.js';
import type { BodySpecification } from '../commands/body-shape.js';
import { CommandDesk } from '../commands/command-desk.js';
import type { HttpAnswer } from '../http/answer.js';
import type { HttpRequest } from '../http/request.js';
import { CommandRoute } from '../openapi/command-route.js';

const transfer: BodySpecification<TransferBody> = { type: TransferBody };
const lotState: BodySpecification<LotStateBody> = { type: LotStateBody, fromPath: ['lotId'] };
const lotRemoval: BodySpecification<LotRemovalBody> = { type: LotRemovalBody, fromPath: ['lotId'] };

@ApiTags('stock')
@Controller('v1')
export class StockController {
  constructor(private readonly desk: CommandDesk) {}

  @Post('transfers')
  @CommandRoute({
    permission: 'stock:write',
    summary: 'Move free units between pools, first in, first out',
    body: transfer,
    refusals: ['unknown_sku', 'unauthorised_source', 'shortage'],
  })
  transferUnits(@Req() request: HttpRequest, @Body() sent: unknown): Promise<HttpAnswer> {
    return this.desk.record(request, TransferUnits, readBody(transfer, sent));
  }

  @Post('lots/:lotId/quarantine')
  @CommandRoute({
    permission: 'stock:write',
    summary: "Put a lot's held units into quarantine, in every pool",
    body: lotState,
    refusals: ['unknown_lot', 'already_quarantined'],
  })
  quarantineLot(
    @Req() request: HttpRequest,
    @Param('lotId') lotId: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    return this.desk.record(request, QuarantineLot, readBody(lotState, sent, { lotId }));
  }

  @Post('lots/:lotId/release')
  @CommandRoute({
    permission: 'stock:write',
    summary: "End a lot's quarantine",
    body: lotState,
    refusals: ['unknown_lot', 'not_quarantined'],
  })
  releaseLot(
    @Req() request: HttpRequest,
    @Param('lotId') lotId: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    return this.desk.record(request, ReleaseLot, readBody(lotState, sent, { lotId }));
  }

  @Post('lots/:lotId/write-offs')
  @CommandRoute({
    permission: 'stock:write',
    summary: "Write off a lot's held units of the lowest serials",
    body: lotRemoval,
    refusals: ['unknown_lot', 'shortage'],
  })
  writeOffUnits(
    @Req() request: HttpRequest,
    @Param('lotId') lotId: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    return this.desk.record(request, WriteOffUnits, readBody(lotRemoval, sent, { lotId }));
  }

  @Post('lots/:lotId/returns')
  @CommandRoute({
    permission: 'stock:write',
    summary: "Return a lot's held units of the lowest serials to their supplier",
    body: lotRemoval,
    refusals: ['unknown_lot', 'shortage'],
  })
  returnUnits(
    @Req() request: HttpRequest,
    @Param('lotId') lotId: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    return this.desk.record(request, ReturnToSupplier, readBody(lotRemoval, sent, { lotId }));
  }
}
