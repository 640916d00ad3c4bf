import { Controller, Get, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ReadModels } from '../../infrastructure/projection-runner/read-models.js';
import type { HttpAnswer } from '../http/answer.js';
import { positionToken } from '../http/position-token.js';
import { Route } from '../openapi/route.js';
import { listOf, objectOf, orNull, position, text, wholeNumber } from '../openapi/schema.js';
import { loadOutcome } from '../openapi/stock-answers.js';
import { answerSchema, found } from '../queries/answered.js';
import { KNOWN_PARAMETERS, ParameterReader, readAsked, type QueryParameters } from '../queries/asked.js';
import { AskLoad } from '../queries/loads.js';
import { QUERY_PROBLEMS } from '../queries/problems.js';
import { READ_MODELS } from '../queries/read-model-desk.js';

const LOAD_PARAMETERS = [
  ...KNOWN_PARAMETERS,
  { name: 'packDigest', schema: text, description: 'of one pack; the load that started last unless told' },
];

interface ProjectionStatus {
  readonly model: string;
  readonly version: number;
  readonly position: string;
  readonly sequence: number;
  readonly stopped: { readonly sequence: number; readonly eventId: string; readonly message: string } | null;
}

const projectionStatus = objectOf<ProjectionStatus>({
  model: text,
  version: wholeNumber,
  position,
  sequence: wholeNumber,
  stopped: orNull(
    objectOf<NonNullable<ProjectionStatus['stopped']>>({
      sequence: wholeNumber,
      eventId: text,
      message: text,
    }),
  ),
});

@ApiTags('ledger')
@Controller('v1')
export class LedgerController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  @Get('loads')
  @Route({
    permission: 'projections:read',
    summary: "What became of a pack's operations",
    query: LOAD_PARAMETERS,
    answer: answerSchema(loadOutcome),
    problems: [...QUERY_PROBLEMS, 'not_found'],
  })
  async getLoad(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const asked = readAsked(reader);
    const packDigest = reader.text('packDigest');
    reader.done(LOAD_PARAMETERS);
    return found(await this.queries.execute(new AskLoad(asked, packDigest)), 'this load');
  }

  @Get('projections')
  @Route({
    permission: 'projections:read',
    summary: 'How far every read model has come, and which have stopped at which event',
    answer: objectOf<{ data: object }>({ data: listOf(projectionStatus) }),
  })
  getProjections(): { readonly data: readonly ProjectionStatus[] } {
    const data = this.models.status().map(({ model, version, position: at, sequence, stopped }) => ({
      model,
      version,
      position: positionToken(at),
      sequence,
      stopped:
        stopped === null
          ? null
          : { sequence: stopped.sequence, eventId: stopped.eventId, message: stopped.message },
    }));
    return { data };
  }
}
