import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { SERVICE_LOG, type ServiceLog } from '../http/service-log.js';
import type { HttpReply, HttpRequest } from '../http/request.js';
import { problemOf } from './problem-of.js';
import { PROBLEM_MEDIA_TYPE, type Problem } from './problem.js';

/** How soon a caller may try again what could not be done now. */
export const RETRY_AFTER_SECONDS = 1;

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(SERVICE_LOG) private readonly log: ServiceLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const pathParameters = Object.keys(request.params ?? {});
    const problem = problemOf(error, { correlationId: request.id, pathParameters });
    if (problem.code === 'internal') this.log.failed(error, request);
    sendProblem(http.getResponse<HttpReply>(), problem);
  }
}

export function sendProblem(reply: HttpReply, problem: Problem): void {
  if (reply.sent) return;
  if (problem.status === 503 || problem.status === 504)
    void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  void reply.status(problem.status).header('content-type', PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}
