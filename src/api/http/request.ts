import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';

/** A request as it passes through the edge. Its `id` is its correlation id: from `X-Correlation-Id`, or fresh. */
export interface HttpRequest extends FastifyRequest {
  /** Set by the guard: whoever reads it stands behind it. */
  caller: Caller;
}

export type HttpReply = FastifyReply;

/** One header's value; undefined where it is missing or was sent more than once. */
export function headerOf(request: Pick<FastifyRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
