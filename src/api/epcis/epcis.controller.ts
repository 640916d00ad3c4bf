import { Controller, Get, Param, Query, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CBV_VERSION, EPCIS_VERSION, queryDocument } from '../../epcis/document.js';
import type { Key } from '../../epcis/event-filter.js';
import { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { listOf, oneOf, text, time, type Schema } from '../openapi/schema.js';
import type { ProblemCode } from '../problems/problem.js';
import { ApiProblem } from '../problems/problem.js';
import { answeredHeaders } from '../queries/answered.js';
import type { QueryParameters } from '../queries/asked.js';
import { EpcisEvents } from './epcis-events.js';
import {
  EPC_PARAMETERS,
  EVENTS_PARAMETERS,
  linkTo,
  ONE_EVENT_PARAMETERS,
  readQuestion,
  type EpcisQuestion,
} from './epcis-parameters.js';
import { EpcisProblemFilter } from './epcis-problem-filter.js';
import type { EpcisPage, Wanted } from './event-page.js';

const queryDocumentSchema: Schema = {
  type: 'object',
  title: 'EPCISQueryDocument',
  required: ['@context', 'type', 'schemaVersion', 'epcisBody'],
  properties: {
    '@context': { type: 'array' },
    type: oneOf('EPCISQueryDocument'),
    schemaVersion: text,
    creationDate: time,
    epcisBody: {
      type: 'object',
      required: ['queryResults'],
      properties: {
        queryResults: {
          type: 'object',
          required: ['queryName', 'resultsBody'],
          properties: {
            queryName: text,
            resultsBody: {
              type: 'object',
              required: ['eventList'],
              properties: {
                eventList: listOf({ type: 'object', required: ['type', 'eventID', 'eventTime'] }),
              },
            },
          },
        },
      },
    },
  },
};

const ANSWER = { content: { 'application/json': queryDocumentSchema } };
const PROBLEMS: readonly ProblemCode[] = ['invalid', 'read_model_missing', 'unavailable', 'unknown_cursor'];
const EVENT_ID = /^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/;

@ApiTags('EPCIS 2.0')
@Controller('v1/epcis')
@UseFilters(EpcisProblemFilter)
export class EpcisController {
  constructor(private readonly epcis: EpcisEvents) {}

  @Get('events')
  @Route({
    permission: 'events:read',
    summary: "The goods' history as EPCIS 2.0 events, in the ledger's order",
    description:
      'A subset of the EPCIS 2.0 query interface. A page reads a bounded part of the ledger: go on while there is a `Link: rel="next"`. Problems are of the types of EPCIS.',
    query: EVENTS_PARAMETERS,
    answer: ANSWER,
    problems: PROBLEMS,
  })
  async queryEpcisEvents(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const question = readQuestion(parameters, EVENTS_PARAMETERS, this.epcis.identifiers);
    const path = '/v1/epcis/events';
    if (question.filter.keys !== undefined)
      return this.ofKeys(question, question.filter.keys, { path, parameters });
    return answeredPage(await this.epcis.page(this.wanted(question)), { path, parameters });
  }

  @Get('events/:eventID')
  @Route({
    permission: 'events:read',
    summary: 'One EPCIS event by its event hash id',
    description:
      'The ledger is searched in bounded parts: an empty list with a `Link: rel="next"` means that it was not found yet. The event\'s own `recordTime` as `GE_recordTime` finds it at once.',
    query: ONE_EVENT_PARAMETERS,
    answer: ANSWER,
    problems: [...PROBLEMS, 'not_found'],
  })
  async getEpcisEvent(
    @Param('eventID') eventID: string,
    @Query() parameters: QueryParameters,
  ): Promise<HttpAnswer> {
    const question = readQuestion(parameters, ONE_EVENT_PARAMETERS, this.epcis.identifiers);
    const page = EVENT_ID.test(eventID)
      ? await this.epcis.page({ ...this.wanted(question), eventId: eventID, perPage: 1 })
      : undefined;
    if (page === undefined || (page.events.length === 0 && page.next === undefined))
      throw new ApiProblem('not_found', 'no EPCIS event of this ledger has this id, from there on');
    const found = page.events.length > 0 ? { ...page, next: undefined } : page;
    return answeredPage(found, { path: `/v1/epcis/events/${encodeURIComponent(eventID)}`, parameters });
  }

  @Get('epcs/:epc/events')
  @Route({
    permission: 'events:read',
    summary: "One key's history as EPCIS 2.0 events",
    description: 'The key by its URI, percent-encoded. Known as far as the read model of traces has come.',
    query: EPC_PARAMETERS,
    answer: ANSWER,
    problems: [...PROBLEMS, 'not_found'],
  })
  async listEpcisEventsOfEpc(
    @Param('epc') epc: string,
    @Query() parameters: QueryParameters,
  ): Promise<HttpAnswer> {
    const question = readQuestion(parameters, EPC_PARAMETERS, this.epcis.identifiers);
    const key = this.epcis.identifiers.parseKey(epc);
    if (key === undefined || this.epcis.sequencesOf([key]).value === undefined)
      throw new ApiProblem(
        'not_found',
        'no key of this ledger has this URI; see docs/epcis.md for how they are made',
      );
    const filtered = { ...question, filter: { ...question.filter, keys: [key] } };
    return this.ofKeys(filtered, [key], {
      path: `/v1/epcis/epcs/${encodeURIComponent(epc)}/events`,
      parameters,
    });
  }

  private async ofKeys(question: EpcisQuestion, keys: readonly Key[], place: AskedAt): Promise<HttpAnswer> {
    const known = this.epcis.sequencesOf(keys);
    const page = await this.epcis.pageAt(known.value ?? [], this.wanted(question));
    return answeredPage(page, place, answeredHeaders(known));
  }

  private wanted({ filter, perPage, from }: EpcisQuestion): Wanted {
    return { filter, perPage, from: from ?? this.epcis.startOf(filter) };
  }
}

interface AskedAt {
  readonly path: string;
  readonly parameters: QueryParameters;
}

function answeredPage(
  { events, next, creationDate }: EpcisPage,
  { path, parameters }: AskedAt,
  known: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'gs1-epcis-version': EPCIS_VERSION,
    'gs1-cbv-version': CBV_VERSION,
    // Identifiers are private URIs: there is no other form of them.
    'gs1-epc-format': 'Never_Translates',
    ...known,
    ...(next === undefined ? {} : { link: linkTo(path, parameters, next) }),
  };
  return new HttpAnswer(queryDocument(events, creationDate), { headers });
}
