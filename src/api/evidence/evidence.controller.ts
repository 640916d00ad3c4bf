import { createReadStream } from 'node:fs';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  EvidenceJobs,
  TooManyEvidenceJobs,
  type EvidenceJob,
} from '../../infrastructure/evidence/evidence-jobs.js';
import { HttpAnswer } from '../http/answer.js';
import { Route } from '../openapi/route.js';
import { listOf, objectOf, orNull, text, time, wholeNumber, type Schema } from '../openapi/schema.js';
import { ApiProblem } from '../problems/problem.js';
import { readEvidenceBody } from './evidence-body.js';

/** What the jobs are injected as. */
export const EVIDENCE_JOBS = Symbol('EvidenceJobs');

const ZIP = 'application/zip';

const order = objectOf<{ merchantId: string; orderNo: string }>({ merchantId: text, orderNo: text });
const question: Schema = {
  oneOf: [
    objectOf<{ kind: string; orders: object }>({ kind: { const: 'orders' }, orders: listOf(order) }),
    objectOf<{ kind: string; authorisationId: string }>({
      kind: { const: 'authorisation' },
      authorisationId: text,
    }),
    objectOf<{ kind: string; lotId: string }>({ kind: { const: 'lot' }, lotId: text }),
    objectOf<{ kind: string; from: string; to: string }>({ kind: { const: 'period' }, from: time, to: time }),
    objectOf<{ kind: string; keyId: string }>({ kind: { const: 'key' }, keyId: text }),
  ],
};
const request: Schema = {
  type: 'object',
  required: ['question'],
  additionalProperties: false,
  properties: {
    question,
    checkpointSize: {
      ...wholeNumber,
      description: 'for the signed checkpoint of this size; else the latest',
    },
    checkpoint: { ...text, description: 'a signed checkpoint to build for, verbatim' },
    oldCheckpoint: {
      ...text,
      description: 'an older signed checkpoint that the history must be seen to continue',
    },
    leaves: { type: 'boolean', description: 'with every leaf, so that completeness can be proved' },
  },
};
const job = objectOf<EvidenceJob>({
  id: text,
  question,
  state: { enum: ['waiting', 'running', 'done', 'failed'] },
  progress: orNull(
    objectOf<NonNullable<EvidenceJob['progress']>>({
      step: text,
      done: wholeNumber,
      total: orNull(wholeNumber),
    }),
  ),
  failure: orNull(objectOf<NonNullable<EvidenceJob['failure']>>({ code: text, message: text })),
  pack: orNull(
    objectOf<NonNullable<EvidenceJob['pack']>>({
      events: wholeNumber,
      size: wholeNumber,
      bytes: wholeNumber,
    }),
  ),
  createdAt: time,
});

@ApiTags('evidence')
@Controller('v1/evidence')
export class EvidenceController {
  constructor(@Inject(EVIDENCE_JOBS) private readonly jobs: EvidenceJobs) {}

  @Post()
  @Route({
    permission: 'evidence:read',
    summary: 'Ask for a pack that proves, offline, where goods came from and what became of them',
    description: 'Built in the background: see Location. Kept for a day; ask again for the same bytes.',
    body: request,
    answer: job,
    status: 202,
    problems: ['invalid', 'malformed_json', 'too_many_waiting'],
  })
  askForEvidence(@Body() sent: unknown): HttpAnswer {
    try {
      const started = this.jobs.start(readEvidenceBody(sent));
      return new HttpAnswer(started, { status: 202, headers: { location: `/v1/evidence/${started.id}` } });
    } catch (error) {
      if (error instanceof TooManyEvidenceJobs) throw new ApiProblem('too_many_waiting', error.message);
      throw error;
    }
  }

  @Get(':jobId')
  @Route({
    permission: 'evidence:read',
    summary: 'How far a pack has come',
    answer: job,
    problems: ['not_found'],
  })
  getEvidenceJob(@Param('jobId') jobId: string): HttpAnswer {
    return new HttpAnswer(this.found(jobId));
  }

  @Get(':jobId/pack')
  @Route({
    permission: 'evidence:read',
    summary: 'The pack as a zip, to be verified with sourcebook verify --evidence',
    answer: { content: { [ZIP]: { type: 'string', format: 'binary' } } },
    problems: ['not_found'],
  })
  getEvidencePack(@Param('jobId') jobId: string): HttpAnswer {
    const { state, pack } = this.found(jobId);
    const file = this.jobs.packFile(jobId);
    if (file === undefined || pack === null)
      throw new ApiProblem('not_found', `the pack is ${state}; see /v1/evidence/${jobId}`);
    return new HttpAnswer(createReadStream(file), {
      headers: {
        'content-type': ZIP,
        'content-length': String(pack.bytes),
        'content-disposition': `attachment; filename="evidence-${jobId}.zip"`,
      },
    });
  }

  private found(jobId: string): EvidenceJob {
    const found = this.jobs.find(jobId);
    if (found !== undefined) return found;
    throw new ApiProblem('not_found', 'there is no such pack, or it is older than a day; ask for it again');
  }
}
