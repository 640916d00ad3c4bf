import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  PlacePurchaseOrder,
  PurchaseOrderBody,
  PurchaseOrderLineBody,
} from '../../domain/purchase-order/commands.js';
import { readBody } from '../commands/body.js';
import type { BodySpecification } from '../commands/body-shape.js';
import { CommandDesk } from '../commands/command-desk.js';
import type { HttpAnswer } from '../http/answer.js';
import type { HttpRequest } from '../http/request.js';
import { CommandRoute } from '../openapi/command-route.js';
import { Route } from '../openapi/route.js';
import { text } from '../openapi/schema.js';
import { importReceipt } from '../openapi/stock-answers.js';
import { lotInventory, purchaseOrder } from '../openapi/trace-answers.js';
import { answeredPage, answerSchema, found, pageSchema } from '../queries/answered.js';
import {
  AS_OF_ABOUT_PARAMETERS,
  KNOWN_ABOUT_PARAMETERS,
  ParameterReader,
  readAsked,
  type QueryParameters,
} from '../queries/asked.js';
import { PAGE_PARAMETERS, readPage } from '../queries/page-parameters.js';
import { LIST_PROBLEMS, QUERY_PROBLEMS } from '../queries/problems.js';
import { AskLot, AskPurchaseOrder, ListImports, ListPurchaseOrders } from '../queries/sourcing.js';

const placed: BodySpecification<PurchaseOrderBody> = {
  type: PurchaseOrderBody,
  nested: { lines: PurchaseOrderLineBody },
};
const LIST_PARAMETERS = [
  ...KNOWN_ABOUT_PARAMETERS,
  ...PAGE_PARAMETERS,
  { name: 'supplier', schema: text, description: "only this supplier's" },
];
const IMPORT_PARAMETERS = [...KNOWN_ABOUT_PARAMETERS, ...PAGE_PARAMETERS];

@ApiTags('purchasing')
@Controller('v1')
export class PurchaseOrdersController {
  constructor(
    private readonly desk: CommandDesk,
    private readonly queries: QueryBus,
  ) {}

  @Post('purchase-orders')
  @CommandRoute({
    permission: 'purchasing:write',
    summary: 'Place a purchase order',
    body: placed,
    refusals: ['duplicate_po', 'unknown_supplier', 'unknown_sku', 'unauthorised_source'],
  })
  placePurchaseOrder(@Req() request: HttpRequest, @Body() sent: unknown): Promise<HttpAnswer> {
    return this.desk.record(request, PlacePurchaseOrder, readBody(placed, sent));
  }

  @Get('purchase-orders')
  @Route({
    permission: 'purchasing:read',
    summary: 'Purchase orders with their open quantities, in the order they were placed',
    query: LIST_PARAMETERS,
    answer: pageSchema(purchaseOrder),
    problems: LIST_PROBLEMS,
  })
  async listPurchaseOrders(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    const page = readPage(reader);
    const supplierId = reader.text('supplier');
    reader.done(LIST_PARAMETERS);
    return answeredPage(await this.queries.execute(new ListPurchaseOrders(asked, page, supplierId)));
  }

  @Get('purchase-orders/:poId')
  @Route({
    permission: 'purchasing:read',
    summary: 'A purchase order with its open quantities',
    query: KNOWN_ABOUT_PARAMETERS,
    answer: answerSchema(purchaseOrder),
    problems: [...QUERY_PROBLEMS, 'not_found'],
  })
  async getPurchaseOrder(
    @Param('poId') poId: string,
    @Query() parameters: QueryParameters,
  ): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    reader.done(KNOWN_ABOUT_PARAMETERS);
    return found(await this.queries.execute(new AskPurchaseOrder(asked, poId)), 'this purchase order');
  }

  @Get('lots/:lotId')
  @Route({
    permission: 'stock:read',
    summary: 'A lot: where it came from and what became of its units',
    query: AS_OF_ABOUT_PARAMETERS,
    answer: answerSchema(lotInventory),
    problems: [...QUERY_PROBLEMS, 'not_found'],
  })
  async getLot(@Param('lotId') lotId: string, @Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    reader.done(AS_OF_ABOUT_PARAMETERS);
    return found(await this.queries.execute(new AskLot(asked, lotId)), 'this lot');
  }

  @Get('imports')
  @Route({
    permission: 'purchasing:read',
    summary: 'The counters of every received key file, in order of receipt',
    query: IMPORT_PARAMETERS,
    answer: pageSchema(importReceipt),
    problems: LIST_PROBLEMS,
  })
  async listImports(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    const page = readPage(reader);
    reader.done(IMPORT_PARAMETERS);
    return answeredPage(await this.queries.execute(new ListImports(asked, page)));
  }
}
