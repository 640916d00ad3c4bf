import { Controller, Get, Req } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { HttpAnswer } from '../http/answer.js';
import type { HttpRequest } from '../http/request.js';
import { Route } from '../openapi/route.js';
import { text, type Schema } from '../openapi/schema.js';
import { LogDesk } from './log-desk.js';

const PLAIN_TEXT = 'text/plain; charset=utf-8';
const BYTES: Schema = { type: 'string', format: 'binary' };
const TILE_PATH = { name: 'path', description: 'the tile, such as `x001/x234/067.p/12`', schema: text };
const NEVER_CHANGES = 'public, max-age=31536000, immutable';
const CHANGES_WITHIN_A_SECOND = 'public, max-age=1';

/** The ledger's log as any C2SP client reads it. */
@ApiTags('log')
@Controller('log')
export class LogController {
  constructor(private readonly log: LogDesk) {}

  @Get('checkpoint')
  @Route({
    permission: 'log:read',
    summary: 'The newest signed checkpoint (C2SP tlog-checkpoint)',
    answer: { content: { 'text/plain': text } },
    problems: ['checkpoint_not_reached'],
  })
  getCheckpoint(): HttpAnswer {
    return new HttpAnswer(this.log.latest().note, {
      headers: { 'content-type': PLAIN_TEXT, 'cache-control': CHANGES_WITHIN_A_SECOND },
    });
  }

  @Get('vkeys')
  @Route({
    permission: 'log:read',
    summary: 'The keys that sign checkpoints now, one a line (C2SP signed-note)',
    answer: { content: { 'text/plain': text } },
  })
  async getVkeys(): Promise<HttpAnswer> {
    const { keys } = await this.log.keys();
    return plain(keys.map(({ vkey }) => `${vkey}\n`).join(''));
  }

  @Get('policy')
  @Route({
    permission: 'log:read',
    summary: 'What to believe checkpoints by (C2SP tlog-policy)',
    answer: { content: { 'text/plain': text } },
  })
  async getPolicy(): Promise<HttpAnswer> {
    return plain(await this.log.policy());
  }

  @Get('tile/entries/*')
  @ApiParam(TILE_PATH)
  @Route({
    permission: 'log:entries',
    summary: 'The entries of up to 256 leaves (C2SP tlog-tiles)',
    description: 'Entries carry order numbers and actors.',
    answer: { content: { 'application/octet-stream': BYTES } },
    problems: ['not_found', 'read_model_missing'],
  })
  getEntries(@Req() request: HttpRequest): HttpAnswer {
    return this.tile(`entries/${restOfPath(request)}`, 'private, no-store');
  }

  @Get('tile/*')
  @ApiParam(TILE_PATH)
  @Route({
    permission: 'log:read',
    summary: 'A tile of hashes (C2SP tlog-tiles), such as `0/x001/x234/067.p/12`',
    answer: { content: { 'application/octet-stream': BYTES } },
    problems: ['not_found', 'read_model_missing'],
  })
  getTile(@Req() request: HttpRequest): HttpAnswer {
    return this.tile(restOfPath(request), NEVER_CHANGES);
  }

  private tile(path: string, cacheControl: string): HttpAnswer {
    const { bytes } = this.log.tile(path);
    return new HttpAnswer(bytes, {
      headers: { 'content-type': 'application/octet-stream', 'cache-control': cacheControl },
    });
  }
}

/** What stands where the route has its `*`. */
function restOfPath({ params }: HttpRequest): string {
  return (params as Readonly<Record<string, string>>)['*'] ?? '';
}

function plain(body: string): HttpAnswer {
  return new HttpAnswer(body, { headers: { 'content-type': PLAIN_TEXT } });
}
