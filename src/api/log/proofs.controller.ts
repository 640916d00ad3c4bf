import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { listOf, objectOf, text, wholeNumber } from '../openapi/schema.js';
import { ParameterReader, type QueryParameters } from '../queries/asked.js';
import { LogDesk, type Consistency } from './log-desk.js';

const PLAIN_TEXT = 'text/plain; charset=utf-8';

const SIZES = [
  { name: 'from', schema: wholeNumber, description: 'the size of the older tree, from 1', required: true },
  {
    name: 'to',
    schema: wholeNumber,
    description: "the size of the newer tree; the latest checkpoint's unless told",
  },
];

const consistency = objectOf<Consistency>({
  oldSize: wholeNumber,
  oldRoot: text,
  newSize: wholeNumber,
  newRoot: text,
  proof: listOf(text),
});

/** The proofs that an auditor keeps. */
@ApiTags('log')
@Controller('v1')
export class ProofsController {
  constructor(private readonly log: LogDesk) {}

  @Get('events/:eventId/proof')
  @Route({
    permission: 'log:read',
    summary: 'That an event stands in the ledger: a .tlog-proof (C2SP tlog-proof)',
    answer: { content: { 'text/plain': text } },
    problems: ['not_found', 'checkpoint_not_reached', 'read_model_missing'],
  })
  async getProof(@Param('eventId') eventId: string): Promise<HttpAnswer> {
    return new HttpAnswer(await this.log.proofOf(eventId), {
      headers: {
        'content-type': PLAIN_TEXT,
        'content-disposition': `attachment; filename="${eventId}.tlog-proof"`,
      },
    });
  }

  @Get('log/consistency')
  @Route({
    permission: 'log:read',
    summary: 'That the tree of one checkpoint begins with the tree of another (RFC 9162, 2.1.4)',
    query: SIZES,
    answer: consistency,
    problems: ['invalid', 'not_found', 'checkpoint_not_reached', 'read_model_missing'],
  })
  getConsistency(@Query() parameters: QueryParameters): Consistency {
    const reader = new ParameterReader(parameters);
    const from = reader.wholeNumber('from', 1, Number.MAX_SAFE_INTEGER);
    const to = reader.wholeNumber('to', 1, Number.MAX_SAFE_INTEGER);
    if (from === undefined) reader.fault('from', 'must be given');
    if (from !== undefined && to !== undefined && from > to) reader.fault('from', 'must not exceed to');
    reader.done(SIZES);
    const newSize = to ?? Math.max(this.log.latest().size, from ?? 1);
    return this.log.consistency(from ?? 1, newSize);
  }
}
