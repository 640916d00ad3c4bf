import type { IncomingMessage } from 'node:http';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../problems/problem-of.js';
import { ApiProblem } from '../problems/problem.js';
import { sendProblem } from '../problems/problem-filter.js';
import { AnsweringAdapter } from './answering-adapter.js';
import { CORRELATION_HEADER, correlationIdOf } from './correlation.js';
import type { HttpRequest } from './request.js';
import type { ServiceLog } from './service-log.js';
import { parseStrictJson } from './strict-json.js';

export const JSON_BODY_BYTES_MAX = 1024 * 1024;

/** Identifiers have up to 100 characters, each up to four bytes, each byte written as `%XX`. */
const PATH_PARAMETER_LENGTH_MAX = 100 * 4 * 3;

/** Fastify as this service uses it: our own body parsers, correlation ids, and a log line a request. */
export function httpAdapter(log: ServiceLog): FastifyAdapter {
  const adapter = new AnsweringAdapter({
    bodyLimit: JSON_BODY_BYTES_MAX,
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      refuseUnroutable(error, request, reply),
    genReqId: (request: IncomingMessage) => correlationIdOf(request.headers[CORRELATION_HEADER]),
    skipMiddie: true,
  });
  const server: FastifyInstance = adapter.getInstance();
  readBodies(server);
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header(CORRELATION_HEADER, request.id);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    log.served(request as HttpRequest, { status: reply.statusCode, durationMs: reply.elapsedTime });
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    log.abandoned(request as HttpRequest);
    done();
  });
  return adapter;
}

type Done = (error: Error | null, value?: unknown) => void;

/** JSON is read strictly and bounded; key files are handed on as streams of any length; anything else is refused. */
function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (_request: FastifyRequest, body: Buffer, done: Done) => {
      try {
        done(null, parseStrictJson(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  server.addContentTypeParser('application/octet-stream', handOn);
  server.addContentTypeParser(/^text\//, handOn);
  server.addContentTypeParser('*', (_request: FastifyRequest, _payload: IncomingMessage, done: Done) =>
    done(
      new ApiProblem(
        'unsupported_media_type',
        'send application/json, and key files as application/octet-stream or text/*',
      ),
    ),
  );
}

function handOn(_request: FastifyRequest, payload: IncomingMessage, done: Done): void {
  done(null, payload);
}

/** An address that cannot be decoded never reaches a route, nor Nest's filters. */
function refuseUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.header(CORRELATION_HEADER, request.id);
  sendProblem(reply, problemOf(error, { correlationId: request.id, pathParameters: [] }));
}
