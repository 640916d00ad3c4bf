import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { CostDimension, DaysRequest } from '../../projections/cost/questions.js';
import { expiryOfDay } from '../../domain/shared/time.js';
import type { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { day, oneOf, text } from '../openapi/schema.js';
import { costRows } from '../openapi/stock-answers.js';
import { answeredPage, pageSchema } from '../queries/answered.js';
import {
  KNOWN_ABOUT_PARAMETERS,
  ParameterReader,
  readAsked,
  type QueryParameters,
} from '../queries/asked.js';
import { AskCosts, AskCostsOf, AskDays } from '../queries/costs.js';
import { PAGE_PARAMETERS, readPage } from '../queries/page-parameters.js';
import { LIST_PROBLEMS } from '../queries/problems.js';

const DIMENSIONS = ['sku', 'lot', 'supplier', 'merchant', 'day'] as const;
const PARAMETERS = [
  ...KNOWN_ABOUT_PARAMETERS,
  ...PAGE_PARAMETERS,
  { name: 'by', schema: oneOf(...DIMENSIONS), description: 'what a row is of', required: true },
  { name: 'key', schema: text, description: 'one SKU, lot, supplier or merchant; not by day' },
  { name: 'sku', schema: text, description: 'by day: of one SKU' },
  { name: 'merchant', schema: text, description: 'by day: of one merchant' },
  { name: 'from', schema: day, description: 'by day: the first business day (+08:00)' },
  { name: 'to', schema: day, description: 'by day: the last business day; at most 3,700 days' },
];
const DAYS_MAX = 3700;
const DAY_MICROS = 86_400_000_000;

@ApiTags('costs')
@Controller('v1/costs')
export class CostsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Route({
    permission: 'finance:read',
    summary: 'The accounts by SKU, lot, supplier, merchant or business day',
    description:
      'Cost on hand, of goods sold, revenue, margin, claims, losses and returns, exact to six digits, in each currency.',
    query: PARAMETERS,
    answer: pageSchema(costRows),
    problems: LIST_PROBLEMS,
  })
  async getCosts(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    const page = readPage(reader);
    reader.required('by');
    const by = reader.choice('by', DIMENSIONS);
    if (by === 'day') {
      const days = readDays(reader);
      reader.done(PARAMETERS);
      return answeredPage(await this.queries.execute(new AskDays(asked, days)));
    }
    const key = reader.text('key');
    reader.done(PARAMETERS);
    const dimension = by as CostDimension;
    if (key !== undefined)
      return answeredPage(await this.queries.execute(new AskCostsOf(asked, dimension, key)));
    return answeredPage(await this.queries.execute(new AskCosts(asked, dimension, page)));
  }
}

function readDays(reader: ParameterReader): DaysRequest {
  const from = reader.required('from');
  const to = reader.required('to');
  const first = expiryOfDay(from) ?? reader.fault('from', 'must be a day, YYYY-MM-DD');
  const last = expiryOfDay(to) ?? reader.fault('to', 'must be a day, YYYY-MM-DD');
  const days = first === undefined || last === undefined ? 1 : (last - first) / DAY_MICROS + 1;
  if (days < 1 || days > DAYS_MAX) {
    reader.fault('to', `must be at or after \`from\`, and at most ${DAYS_MAX} days in all`);
  }
  return { ...readHolder(reader), from, to };
}

function readHolder(reader: ParameterReader): Pick<DaysRequest, 'of'> {
  const sku = reader.text('sku');
  const merchant = reader.text('merchant');
  if (sku !== undefined && merchant !== undefined) {
    reader.fault('merchant', 'cannot be given together with `sku`');
  }
  if (sku !== undefined) return { of: { dimension: 'sku', key: sku } };
  return merchant === undefined ? {} : { of: { dimension: 'merchant', key: merchant } };
}
