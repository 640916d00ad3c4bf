import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { HttpAnswer } from '../http/answer.js';
import { difference } from '../openapi/diff-answers.js';
import { Route } from '../openapi/route.js';
import { cursor, oneOf, text } from '../openapi/schema.js';
import { answered, answerSchema } from '../queries/answered.js';
import {
  ParameterReader,
  readAsked,
  WAITING_PARAMETERS,
  type Asked,
  type QueryParameters,
} from '../queries/asked.js';
import { AskDifference, type DifferenceFrom, type DifferenceRequest } from '../queries/diff.js';
import { QUERY_PROBLEMS } from '../queries/problems.js';

const SKUS_MAX = 100;
const SKUS_DEFAULT = 20;
const EVENTS_MAX = 100;
const EVENTS_DEFAULT = 10;

const BASES = ['recorded', 'occurred'] as const;

const PARAMETERS = [
  ...WAITING_PARAMETERS,
  {
    name: 'from',
    schema: text,
    description: 'the earlier moment: an RFC 3339 time, or `sequence:<n>`',
    required: true,
  },
  { name: 'to', schema: text, description: 'the later moment; the present unless told' },
  {
    name: 'by',
    schema: { ...oneOf(...BASES), default: 'recorded' },
    description:
      'what was recorded between the two, or what occurred between two times, whenever it was recorded',
  },
  { name: 'sku', schema: text, description: 'of one SKU' },
  { name: 'lot', schema: text, description: 'of one lot' },
  {
    name: 'events',
    schema: { type: 'integer', minimum: 0, maximum: EVENTS_MAX, default: EVENTS_DEFAULT },
    description: 'events named under each figure at most; all are counted',
  },
  { name: 'cursor', schema: cursor, description: 'the `next` of the page before' },
  {
    name: 'limit',
    schema: { type: 'integer', minimum: 1, maximum: SKUS_MAX, default: SKUS_DEFAULT },
    description: 'SKUs of a page at most',
  },
];

@ApiTags('ledger')
@Controller('v1/diff')
export class DiffController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Route({
    permission: 'finance:read',
    summary: 'What changed between two moments, and which events changed it',
    description:
      'Stock, pools and money of every SKU and lot that changed: each figure before and after, and the events whose ' +
      'postings add up to the difference. To read all pages of one difference, give `to` as a sequence.',
    query: PARAMETERS,
    answer: answerSchema(difference),
    problems: QUERY_PROBLEMS,
  })
  async getDifference(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const { asked, from } = readEnds(reader);
    const request = readRequest(reader);
    reader.done(PARAMETERS);
    return answered(await this.queries.execute(new AskDifference(asked, from, request)));
  }
}

function readEnds(reader: ParameterReader): { readonly asked: Asked; readonly from: DifferenceFrom } {
  const asked = readAsked(reader);
  reader.required('from');
  if (reader.choice('by', BASES) === 'occurred') {
    const instant = reader.instant('from') ?? 0;
    return { asked: { ...asked, occurredUntil: reader.instant('to') }, from: { kind: 'occurred', instant } };
  }
  const from = reader.recordedUntil('from') ?? { kind: 'sequence', sequence: 0 };
  return { asked: { ...asked, asOf: reader.recordedUntil('to') }, from };
}

function readRequest(reader: ParameterReader): DifferenceRequest {
  return {
    sku: reader.text('sku'),
    lotId: reader.text('lot'),
    afterSku: reader.text('cursor'),
    limit: reader.wholeNumber('limit', 1, SKUS_MAX) ?? SKUS_DEFAULT,
    eventsMax: reader.wholeNumber('events', 0, EVENTS_MAX) ?? EVENTS_DEFAULT,
  };
}
