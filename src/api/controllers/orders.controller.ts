import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  IssueBody,
  IssueOrder,
  ORDER_QUANTITY_MAX,
  RevealBody,
  RevealKeys,
} from '../../domain/order/commands.js';
import { RefundOrder, RefundRequestBody } from '../../domain/refund/commands.js';
import { readBody } from '../commands/body.js';
import type { BodySpecification } from '../commands/body-shape.js';
import { CommandDesk, POSITION_HEADER } from '../commands/command-desk.js';
import { HttpAnswer } from '../http/answer.js';
import { positionToken } from '../http/position-token.js';
import type { HttpRequest } from '../http/request.js';
import { issuedUnits, revealedKeys } from '../openapi/answers.js';
import { CommandRoute } from '../openapi/command-route.js';
import { Route } from '../openapi/route.js';
import { listOf, objectOf, text } from '../openapi/schema.js';
import { orderStanding, traceRow } from '../openapi/trace-answers.js';
import { ApiProblem } from '../problems/problem.js';
import { answerSchema, found } from '../queries/answered.js';
import {
  KNOWN_ABOUT_PARAMETERS,
  ParameterReader,
  readAsked,
  type QueryParameters,
} from '../queries/asked.js';
import { QUERY_PROBLEMS } from '../queries/problems.js';
import { AskOrder } from '../queries/order-standing.js';
import { TraceOrder } from '../queries/traces.js';

const issue: BodySpecification<IssueBody> = { type: IssueBody, fromPath: ['merchantId'] };
const refund: BodySpecification<RefundRequestBody> = {
  type: RefundRequestBody,
  fromPath: ['merchantId', 'orderNo'],
};
const reveal: BodySpecification<RevealBody> = { type: RevealBody, fromPath: ['merchantId', 'orderNo'] };

const issued = objectOf<{ merchantId: string; orderNo: string; units: object }>({
  merchantId: text,
  orderNo: text,
  units: issuedUnits,
});
const settled = objectOf<{ merchantId: string; refundNo: string }>({ merchantId: text, refundNo: text });
const TRACE_PARAMETERS = [
  ...KNOWN_ABOUT_PARAMETERS,
  { name: 'unit', schema: { type: 'integer', minimum: 1 }, description: 'one place of the order, from 1' },
];

@ApiTags('orders')
@Controller('v1/merchants/:merchantId/orders')
export class OrdersController {
  constructor(
    private readonly desk: CommandDesk,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute({
    permission: 'orders:write',
    summary: 'Issue units to an order, all or none',
    description:
      "Idempotent by the merchant's own order number: the same body gets the same answer with status 200, another is `order_conflict`.",
    body: issue,
    facts: issued,
    refusals: ['order_conflict', 'unknown_merchant', 'unknown_sku', 'unauthorised_source', 'shortage'],
  })
  issueOrder(
    @Req() request: HttpRequest,
    @Param('merchantId') merchantId: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    const body = readBody(issue, sent, { merchantId });
    const { orderNo } = body;
    return this.desk.execute(request, IssueOrder, body, ({ outcome, units }) => ({
      facts: { merchantId, orderNo, units },
      again: outcome === 'replayed',
    }));
  }

  @Get(':orderNo')
  @Route({
    permission: 'orders:read',
    summary: 'An order as it stands: what to ask after a timeout',
    description: 'Read from the order itself, so what was acknowledged is always there.',
    answer: orderStanding,
    problems: ['not_found', 'unavailable'],
  })
  async getOrder(
    @Param('merchantId') merchantId: string,
    @Param('orderNo') orderNo: string,
  ): Promise<HttpAnswer> {
    const order = await this.queries.execute(new AskOrder(merchantId, orderNo));
    if (order === undefined) {
      throw new ApiProblem(
        'not_found',
        'no such order was fulfilled; an unanswered one may be sent again as it was',
      );
    }
    const position = positionToken(order.position);
    return new HttpAnswer({ ...order, position }, { headers: { [POSITION_HEADER]: position } });
  }

  @Get(':orderNo/trace')
  @Route({
    permission: 'traces:read',
    summary: "The way from an order's places back to their source",
    query: TRACE_PARAMETERS,
    answer: answerSchema(listOf(traceRow)),
    problems: [...QUERY_PROBLEMS, 'not_found'],
  })
  async traceOrder(
    @Param('merchantId') merchantId: string,
    @Param('orderNo') orderNo: string,
    @Query() parameters: QueryParameters,
  ): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    const unit = reader.wholeNumber('unit', 1, ORDER_QUANTITY_MAX);
    reader.done(TRACE_PARAMETERS);
    const traced = await this.queries.execute(new TraceOrder(asked, { merchantId, orderNo, unit }));
    return found(traced, 'this order');
  }

  @Post(':orderNo/refunds')
  @CommandRoute({
    permission: 'orders:write',
    summary: 'Pay back or replace places of an order',
    description: "Idempotent by the merchant's own refund number.",
    body: refund,
    facts: settled,
    refusals: [
      'refund_conflict',
      'unknown_order',
      'unit_out_of_range',
      'already_settled',
      'unauthorised_source',
      'shortage',
    ],
  })
  refundOrder(
    @Req() request: HttpRequest,
    @Param('merchantId') merchantId: string,
    @Param('orderNo') orderNo: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    const body = readBody(refund, sent, { merchantId, orderNo });
    return this.desk.execute(request, RefundOrder, body, ({ outcome }) => ({
      facts: { merchantId, refundNo: body.refundNo },
      again: outcome === 'replayed',
    }));
  }

  @Post(':orderNo/reveal')
  @CommandRoute({
    permission: 'keys:reveal',
    summary: 'Reveal keys of a fulfilled order for a purpose',
    description:
      'Who saw which keys, and why, is durable before they leave. The proof shows later which key it was.',
    body: reveal,
    facts: objectOf<{ keys: object }>({ keys: revealedKeys }),
    refusals: ['unknown_order', 'unit_out_of_range', 'unit_void', 'key_destroyed'],
  })
  revealKeys(
    @Req() request: HttpRequest,
    @Param('merchantId') merchantId: string,
    @Param('orderNo') orderNo: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    const body = readBody(reveal, sent, { merchantId, orderNo });
    return this.desk.execute(request, RevealKeys, body, ({ keys }) => ({ facts: { keys } }));
  }
}
