import { Controller, Get, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../projections/shared/page.js';
import type { OrderRow, PeriodRequest, RefundRow } from '../../projections/traceability/questions.js';
import { HttpAnswer } from '../http/answer.js';
import { headerOf, type HttpRequest } from '../http/request.js';
import { csvList, ORDER_COLUMNS, REFUND_COLUMNS } from '../lists/csv-list.js';
import { Totals, type Total } from '../lists/totals.js';
import { Route } from '../openapi/route.js';
import { amount, count, extended, listOf, objectOf, text, time, type Schema } from '../openapi/schema.js';
import { orderRow, refundRow } from '../openapi/trace-answers.js';
import { answeredPage, pageSchema, shownPage } from '../queries/answered.js';
import {
  KNOWN_ABOUT_PARAMETERS,
  ParameterReader,
  readAsked,
  type Asked,
  type QueryParameters,
} from '../queries/asked.js';
import { ListOrders, ListRefunds } from '../queries/lists.js';
import { PAGE_PARAMETERS, readPage } from '../queries/page-parameters.js';
import { LIST_PROBLEMS } from '../queries/problems.js';
import type { Judged } from '../queries/read-model-desk.js';

const PARAMETERS = [
  ...KNOWN_ABOUT_PARAMETERS,
  ...PAGE_PARAMETERS,
  { name: 'merchant', schema: text, description: "only this merchant's" },
  { name: 'from', schema: time, description: 'occurred at or after' },
  { name: 'until', schema: time, description: 'occurred before' },
];
const CSV =
  'CSV (RFC 4180) of the whole period, read with `Accept: text/csv`, ends with a line of totals for each currency.';

const totals = listOf(objectOf<Total>({ rows: count, amount, currency: text }));

function listSchema(row: Schema): { readonly content: Readonly<Record<string, Schema>> } {
  const json = extended(pageSchema(row), objectOf<{ totals: object }>({ totals }));
  return { content: { 'application/json': json, 'text/csv': text } };
}

@ApiTags('lists')
@Controller('v1')
export class ListsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('orders')
  @Route({
    permission: 'orders:read',
    summary: 'Orders by merchant and period, with the price of all their places before refunds',
    description: `\`totals\` are those of the page. ${CSV}`,
    query: PARAMETERS,
    answer: listSchema(orderRow),
    problems: LIST_PROBLEMS,
  })
  async listOrders(@Req() request: HttpRequest, @Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const wanted = readWanted(parameters);
    const ask = (asked: Asked, period: PeriodRequest): Promise<Judged<Page<OrderRow>>> =>
      this.queries.execute(new ListOrders(asked, period));
    if (wantsCsv(request)) return csvList(ask, wanted, ORDER_COLUMNS);
    return jsonList(await ask(wanted.asked, wanted.request));
  }

  @Get('refunds')
  @Route({
    permission: 'orders:read',
    summary: 'Refunds and replacements by merchant and period, with what was paid back',
    description: `\`totals\` are those of the page. ${CSV}`,
    query: PARAMETERS,
    answer: listSchema(refundRow),
    problems: LIST_PROBLEMS,
  })
  async listRefunds(@Req() request: HttpRequest, @Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const wanted = readWanted(parameters);
    const ask = (asked: Asked, period: PeriodRequest): Promise<Judged<Page<RefundRow>>> =>
      this.queries.execute(new ListRefunds(asked, period));
    if (wantsCsv(request)) return csvList(ask, wanted, REFUND_COLUMNS);
    return jsonList(await ask(wanted.asked, wanted.request));
  }
}

function wantsCsv(request: HttpRequest): boolean {
  return /(^|,)\s*text\/csv\s*(;|,|$)/i.test(headerOf(request, 'accept') ?? '');
}

function readWanted(parameters: QueryParameters): { asked: Asked; request: PeriodRequest } {
  const reader = new ParameterReader(parameters);
  const asked = readAsked(reader);
  const merchantId = reader.text('merchant');
  const from = reader.instant('from');
  const until = reader.instant('until');
  const request = {
    ...readPage(reader),
    ...(merchantId === undefined ? {} : { merchantId }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
  reader.done(PARAMETERS);
  return { asked, request };
}

function jsonList(listed: Judged<Page<OrderRow | RefundRow>>): HttpAnswer {
  const sums = new Totals();
  for (const { total } of listed.value.rows) sums.add(total);
  const { body, options } = answeredPage({ ...listed, value: shownPage(listed.value) });
  return new HttpAnswer({ ...(body as object), totals: sums.list() }, options);
}
