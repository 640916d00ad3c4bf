import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { listOf, type Schema } from '../openapi/schema.js';
import { ParameterReader, type QueryParameters } from '../queries/asked.js';
import { sequenceText } from './cloud-event.js';
import { EventFeed } from './event-feed.js';

const EVENTS_DEFAULT = 100;
const EVENTS_MAX = 1000;

const PARAMETERS = [
  {
    name: 'after',
    schema: { type: 'string', pattern: '^\\d{20}$' },
    description:
      "opaque: the `Sourcebook-Cursor` of the page before, or any event's `sequence`; the beginning unless told",
  },
  {
    name: 'limit',
    schema: { type: 'integer', minimum: 1, maximum: EVENTS_MAX, default: EVENTS_DEFAULT },
    description: 'events at most; a page of large events ends sooner',
  },
];

const cloudEvents: Schema = listOf({
  type: 'object',
  title: 'CloudEvent',
  required: ['specversion', 'id', 'source', 'type', 'sequence', 'time', 'recordedtime', 'data'],
  description:
    'CloudEvents 1.0 with the extensions sequence, recordedtime, correlationid, causationid, actor, channel, command, commandid, revision',
});

export const CURSOR_HEADER = 'sourcebook-cursor';

@ApiTags('events')
@Controller('v1/events')
export class FeedController {
  constructor(private readonly feed: EventFeed) {}

  @Get()
  @Route({
    permission: 'events:read',
    summary: "The ledger's events in its sequence, page by page",
    description:
      'Keep the cursor of the last page that you have dealt with. An empty page is the present: ask again later with the same cursor. `Link: rel="next"` is there while more is known to follow. `data` is the payload as it was stored, byte for byte; its last member `$salt` is random.',
    query: PARAMETERS,
    answer: { content: { 'application/cloudevents-batch+json': cloudEvents } },
    problems: ['invalid', 'read_model_missing', 'unavailable'],
  })
  async readEvents(@Query() parameters: QueryParameters): Promise<HttpAnswer> {
    const reader = new ParameterReader(parameters);
    const after = readCursor(reader);
    const limit = reader.wholeNumber('limit', 1, EVENTS_MAX) ?? EVENTS_DEFAULT;
    reader.done(PARAMETERS);
    const { json, last, more } = await this.feed.pageAfter(after, limit);
    const cursor = sequenceText(last);
    const link = { link: `</v1/events?after=${cursor}&limit=${limit}>; rel="next"` };
    const headers = {
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      [CURSOR_HEADER]: cursor,
      ...(more ? link : {}),
    };
    return new HttpAnswer(json, { headers });
  }
}

function readCursor(reader: ParameterReader): number {
  const after = reader.text('after');
  if (after === undefined) return 0;
  const sequence = /^\d{20}$/.test(after) ? Number(after) : NaN;
  if (Number.isSafeInteger(sequence)) return sequence;
  reader.fault('after', 'must be the cursor of an earlier page');
  return 0;
}
