import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../problems/problem-of.js';
import { ApiProblem } from '../problems/problem.js';
import { sendProblem } from '../problems/problem-filter.js';
import { CORRELATION_HEADER, correlationIdOf } from './correlation.js';
import type { HttpRequest } from './request.js';
import type { ServiceLog } from './service-log.js';
import { parseStrictJson } from './strict-json.js';

export const JSON_BODY_BYTES_MAX = 1024 * 1024;

/** Identifiers have up to 100 characters, each up to four bytes, each byte written as `%XX`. */
const PATH_PARAMETER_LENGTH_MAX = 100 * 4 * 3;

/** Fastify as this service uses it: our own body parsers, correlation ids, and a log line a request. */
export function httpAdapter(log: ServiceLog): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: JSON_BODY_BYTES_MAX,
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    frameworkErrors: (error, request, reply) => refuseUnroutable(error, request as HttpRequest, reply),
    skipMiddie: true,
  });
  const server: FastifyInstance = adapter.getInstance();
  readBodies(server);
  server.addHook('onRequest', (request, reply, done) => {
    correlate(request as HttpRequest, reply);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    log.served(request as HttpRequest, { status: reply.statusCode, durationMs: reply.elapsedTime });
    done();
  });
  return adapter;
}

function correlate(request: HttpRequest, reply: FastifyReply): void {
  request.correlationId = correlationIdOf(request.headers[CORRELATION_HEADER]);
  void reply.header(CORRELATION_HEADER, request.correlationId);
}

/** JSON is read strictly and bounded; key files are handed on as streams of any length; anything else is refused. */
function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (_request: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void) => {
      try {
        done(null, parseStrictJson(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  server.addContentTypeParser(
    ['application/octet-stream', /^text\//],
    (_request: FastifyRequest, payload: IncomingMessage, done: (error: Error | null, value?: unknown) => void) =>
      done(null, payload),
  );
  server.addContentTypeParser(
    '*',
    (_request: FastifyRequest, _payload: IncomingMessage, done: (error: Error | null) => void) =>
      done(
        new ApiProblem(
          'unsupported_media_type',
          'send application/json, and key files as application/octet-stream or text/*',
        ),
      ),
  );
}

/** An address that cannot be decoded never reaches a route, nor Nest's filters. */
function refuseUnroutable(error: Error, request: HttpRequest, reply: FastifyReply): void {
  correlate(request, reply);
  sendProblem(reply, problemOf(error, { correlationId: request.correlationId, pathParameters: [] }));
}
