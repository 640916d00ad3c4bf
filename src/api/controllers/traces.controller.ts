import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Source } from '../../projections/traceability/questions.js';
import { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { listOf, objectOf, text } from '../openapi/schema.js';
import { forwardRow, keyMovement, keyTrace, sourceReach } from '../openapi/trace-answers.js';
import { answerSchema, answered, found } from '../queries/answered.js';
import {
  AS_OF_ABOUT_PARAMETERS,
  KNOWN_ABOUT_PARAMETERS,
  ParameterReader,
  readAsked,
  type QueryParameters,
} from '../queries/asked.js';
import { PAGE_PARAMETERS, readPage } from '../queries/page-parameters.js';
import { LIST_PROBLEMS, QUERY_PROBLEMS } from '../queries/problems.js';
import { AskTimeline, TraceForward, TraceKey, type ForwardTrace } from '../queries/traces.js';
import { cursor, orNull } from '../openapi/schema.js';

/** By which parameter a forward trace may start, and what it starts at. */
const SOURCES: Readonly<Record<string, Source['kind']>> = {
  supplier: 'supplier',
  authorisation: 'authorisation',
  purchaseOrder: 'purchaseOrder',
  lot: 'lot',
  file: 'keyFile',
};
const FORWARD_PARAMETERS = [
  ...KNOWN_ABOUT_PARAMETERS,
  ...PAGE_PARAMETERS,
  { name: 'supplier', schema: text, description: 'a supplier' },
  { name: 'authorisation', schema: text, description: 'an authorisation' },
  { name: 'purchaseOrder', schema: text, description: 'a purchase order' },
  { name: 'lot', schema: text, description: 'a lot' },
  { name: 'file', schema: text, description: "a key file's SHA-256, in lower-case hexadecimal" },
];

@ApiTags('traces')
@Controller('v1')
export class TracesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('keys/:keyId')
  @Route({
    permission: 'traces:read',
    summary: 'Where a card key came from and what became of it',
    query: AS_OF_ABOUT_PARAMETERS,
    answer: answerSchema(keyTrace),
    problems: [...QUERY_PROBLEMS, 'not_found'],
  })
  async traceKey(@Param('keyId') keyId: string, @Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    reader.done(AS_OF_ABOUT_PARAMETERS);
    return found(await this.queries.execute(new TraceKey(asked, keyId)), 'this key');
  }

  @Get('keys/:keyId/timeline')
  @Route({
    permission: 'traces:read',
    summary: 'All that happened to a card key, each with the event behind it',
    query: KNOWN_ABOUT_PARAMETERS,
    answer: answerSchema(listOf(keyMovement)),
    problems: [...QUERY_PROBLEMS, 'not_found'],
  })
  async getTimeline(
    @Param('keyId') keyId: string,
    @Query() parameters: QueryParameters,
  ): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    reader.done(KNOWN_ABOUT_PARAMETERS);
    return found(await this.queries.execute(new AskTimeline(asked, keyId)), 'this key');
  }

  @Get('trace/forward')
  @Route({
    permission: 'traces:read',
    summary: 'From a source to every order that its keys went to, and how far it reaches',
    description: 'Name exactly one source.',
    query: FORWARD_PARAMETERS,
    answer: answerSchema(
      objectOf<ForwardTrace>({ rows: listOf(forwardRow), next: orNull(cursor), reach: sourceReach }),
    ),
    problems: LIST_PROBLEMS,
  })
  async traceForward(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    const page = readPage(reader);
    const source = readSource(reader);
    reader.done(FORWARD_PARAMETERS);
    return answered(await this.queries.execute(new TraceForward(asked, source, page)));
  }
}

function readSource(reader: ParameterReader): Source {
  const named = Object.entries(SOURCES).flatMap(([parameter, kind]) => {
    const id = reader.text(parameter);
    return id === undefined ? [] : [{ kind, id }];
  });
  const [source] = named;
  if (named.length === 1 && source !== undefined) return source;
  reader.fault('source', `name exactly one of ${Object.keys(SOURCES).join(', ')}`);
  return { kind: 'lot', id: '' };
}
