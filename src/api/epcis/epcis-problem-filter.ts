import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { HttpReply, HttpRequest } from '../http/request.js';
import { SERVICE_LOG, type ServiceLog } from '../http/service-log.js';
import { sendProblem } from '../problems/problem-filter.js';
import { problemOf } from '../problems/problem-of.js';
import type { ProblemCode } from '../problems/problem.js';

const EXCEPTIONS: Readonly<Partial<Record<ProblemCode, string>>> = {
  forbidden: 'SecurityException',
  invalid: 'QueryParameterException',
  not_found: 'NoSuchResourceException',
  unknown_cursor: 'QueryParameterException',
};

/** Problems under the types of the EPCIS 2.0 REST binding; all else about them is as everywhere. */
@Catch()
export class EpcisProblemFilter implements ExceptionFilter {
  constructor(@Inject(SERVICE_LOG) private readonly log: ServiceLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const problem = problemOf(error, {
      correlationId: request.id,
      pathParameters: Object.keys(request.params ?? {}),
    });
    if (problem.code === 'internal') this.log.failed(error, request);
    const type = `epcisException:${EXCEPTIONS[problem.code] ?? 'ImplementationException'}`;
    sendProblem(http.getResponse<HttpReply>(), { ...problem, type });
  }
}
