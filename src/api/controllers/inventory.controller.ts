import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { inventory, report, skuInventory } from '../openapi/stock-answers.js';
import { answered, answerSchema, found } from '../queries/answered.js';
import {
  AS_OF_ABOUT_PARAMETERS,
  ParameterReader,
  readAsked,
  type QueryParameters,
} from '../queries/asked.js';
import { AskInventory, AskReport, AskSku } from '../queries/inventory.js';
import { QUERY_PROBLEMS } from '../queries/problems.js';

@ApiTags('inventory')
@Controller('v1')
export class InventoryController {
  constructor(private readonly queries: QueryBus) {}

  @Get('inventory')
  @Route({
    permission: 'stock:read',
    summary: 'Every product: units by what became of them, and the pools that hold some',
    query: AS_OF_ABOUT_PARAMETERS,
    answer: answerSchema(inventory),
    problems: QUERY_PROBLEMS,
  })
  async getInventory(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    reader.done(AS_OF_ABOUT_PARAMETERS);
    return answered(await this.queries.execute(new AskInventory(asked)));
  }

  @Get('inventory/:sku')
  @Route({
    permission: 'stock:read',
    summary: 'One product: its stock, its pools, and its cost layers first in, first out',
    query: AS_OF_ABOUT_PARAMETERS,
    answer: answerSchema(skuInventory),
    problems: [...QUERY_PROBLEMS, 'not_found'],
  })
  async getSkuInventory(
    @Param('sku') sku: string,
    @Query() parameters: QueryParameters,
  ): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    reader.done(AS_OF_ABOUT_PARAMETERS);
    return found(await this.queries.execute(new AskSku(asked, sku)), 'this product');
  }

  @Get('report')
  @Route({
    permission: 'finance:read',
    summary: "The whole ledger as a pack's expected report has it",
    description:
      'A ledger that holds a load is judged at its last operation, unless `at`, `occurredUntil` or a time in `asOf` ' +
      'is given. The refusals of a load are those recorded by then, whatever `occurredUntil` says.',
    query: AS_OF_ABOUT_PARAMETERS,
    answer: answerSchema(report),
    problems: QUERY_PROBLEMS,
  })
  async getReport(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    reader.done(AS_OF_ABOUT_PARAMETERS);
    return answered(await this.queries.execute(new AskReport(asked)));
  }
}
