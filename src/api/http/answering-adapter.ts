import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HttpAnswer } from './answer.js';
import type { HttpReply } from './request.js';

/**
 * Writes an `HttpAnswer`'s status and headers; data of the ledger is kept by no cache. In the adapter, where an answer
 * passes anyway: an interceptor for every route would wrap each request in an observable and an async resource.
 */
export class AnsweringAdapter extends FastifyAdapter {
  override reply(
    response: HttpReply,
    answer: unknown,
    statusCode?: number,
  ): ReturnType<FastifyAdapter['reply']> {
    void response.header('cache-control', 'no-store');
    if (!(answer instanceof HttpAnswer)) return super.reply(response, answer, statusCode);
    const { status = statusCode, headers = {} } = answer.options;
    void response.headers({ ...headers });
    return super.reply(response, answer.body, status);
  }
}
