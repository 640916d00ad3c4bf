import { Controller, Inject, Param, Put, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { ReceiveLot } from '../../domain/key-registry/commands.js';
import { OPEN_LEDGER, type OpenLedger } from '../../infrastructure/host/open-ledger.js';
import type { LedgerImportDesk } from '../../infrastructure/import/ledger-import-desk.js';
import { acknowledged } from '../commands/command-desk.js';
import { commandContext } from '../commands/command-context.js';
import { HttpAnswer } from '../http/answer.js';
import type { HttpRequest } from '../http/request.js';
import { receipt } from '../openapi/answers.js';
import { acknowledgement } from '../openapi/command-route.js';
import { Route } from '../openapi/route.js';
import { extended } from '../openapi/schema.js';
import { ApiProblem } from '../problems/problem.js';
import type { QueryParameters } from '../queries/asked.js';
import { dryRun, dryRunSchema } from './dry-run.js';
import { KEY_FILE_PARAMETERS, readUpload, type OfferedUpload } from './key-file-parameters.js';
import { KEY_FILE_SPOOL, KeyFileSpool, type SpooledKeyFile } from './key-file-spool.js';

@ApiTags('purchasing')
@Controller('v1/purchase-orders/:poId/lots')
export class KeyFilesController {
  private readonly importDesk: LedgerImportDesk;

  constructor(
    private readonly bus: CommandBus,
    @Inject(KEY_FILE_SPOOL) private readonly spool: KeyFileSpool,
    @Inject(OPEN_LEDGER) { desk }: Pick<OpenLedger, 'desk'>,
  ) {
    this.importDesk = desk;
  }

  @Put(':lotId')
  @Route({
    permission: 'purchasing:write',
    summary: 'Receive a key file as a lot of a purchase order',
    description:
      'Send the file as it is, of any size. An interrupted import is carried on by sending the same file again. Acknowledged when the lot is in stock.',
    query: KEY_FILE_PARAMETERS,
    body: { mediaTypes: ['application/octet-stream', 'text/plain', 'text/csv'] },
    answer: {
      content: { 'application/json': { anyOf: [extended(receipt, acknowledgement), dryRunSchema] } },
    },
    status: 201,
    problems: [
      'invalid',
      'unsupported_media_type',
      'upload_interrupted',
      'spool_full',
      'unknown_po',
      'duplicate_lot',
      'not_on_po',
      'undecodable_file',
      'bad_header',
      'no_keys',
      'over_receipt',
      'import_in_progress',
      'contended',
      'unavailable',
    ],
    pathParameters: ['poId', 'lotId'],
    idempotent: true,
  })
  async receiveLot(
    @Req() request: HttpRequest,
    @Param('poId') poId: string,
    @Param('lotId') lotId: string,
    @Query() parameters: QueryParameters,
  ): Promise<HttpAnswer> {
    const offered = readUpload(parameters, poId, lotId);
    const context = commandContext(request, ReceiveLot.name);
    const file = await this.spooled(offered, request.body);
    try {
      const offer = { format: offered.format, source: file.source };
      if (offered.dryRun)
        return new HttpAnswer(await dryRun(this.importDesk, offered.body, offer), { status: 200 });
      const executed = await this.bus.execute(new ReceiveLot(offered.body, offer, context));
      return acknowledged(executed, { facts: executed.answer });
    } finally {
      await file.remove();
    }
  }

  private spooled({ fileName }: OfferedUpload, upload: unknown): Promise<SpooledKeyFile> {
    // A PUT without a body is a file without a byte, which is the domain's to judge.
    if (upload === undefined || upload === null) return this.spool.take(fileName, Readable.from([]));
    if (upload instanceof Readable) return this.spool.take(fileName, upload);
    throw new ApiProblem('unsupported_media_type', 'send the key file as application/octet-stream or text/*');
  }
}
