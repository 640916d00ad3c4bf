import { Contended } from '../../domain/shared/contended.js';
import { Refusal, type FieldFault } from '../../domain/shared/refusal.js';
import { AppendTooLarge, StoreUnavailable } from '../../infrastructure/event-store/event-store.js';
import { ReadModelMissing } from '../../infrastructure/projection-runner/read-model-missing.js';
import { TooManyWaiting } from '../../infrastructure/projection-runner/waiters.js';
import { UnknownCursor } from '../../projections/shared/page.js';
import { ApiProblem, statusOf, titleOf, type Problem, type ProblemCode } from './problem.js';

/** What a problem is told about; `detail` never holds more than the caller may know. */
interface Told {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly faults?: readonly FieldFault[];
}

export interface ProblemPlace {
  readonly correlationId: string;
  readonly pathParameters: readonly string[];
}

/** The one place where an error becomes what a caller sees. What is not known is told without any internals. */
export function problemOf(error: unknown, { correlationId, pathParameters }: ProblemPlace): Problem {
  const { code, detail, faults = [] } = told(error);
  return {
    type: `urn:sourcebook:problem:${code}`,
    title: titleOf(code),
    status: statusOf(code, pathParameters),
    detail,
    instance: correlationId,
    code,
    faults,
  };
}

function told(error: unknown): Told {
  if (error instanceof Refusal) return { code: error.code, detail: error.message, faults: error.faults };
  if (error instanceof ApiProblem) return { code: error.code, detail: error.message };
  if (error instanceof UnknownCursor) return { code: 'unknown_cursor', detail: error.message };
  return toldOfStore(error) ?? toldOfFramework(error) ?? INTERNAL;
}

const INTERNAL: Told = {
  code: 'internal',
  detail: 'the request failed for a reason that is ours; quote `instance` to whoever runs this service',
};

function toldOfStore(error: unknown): Told | undefined {
  if (error instanceof StoreUnavailable) {
    const detail =
      'the event store did not answer in time; send the same request again, with the same Idempotency-Key';
    return { code: 'unavailable', detail };
  }
  if (error instanceof Contended) return { code: 'contended', detail: error.message };
  if (error instanceof AppendTooLarge) {
    const { bytes, events } = error;
    const detail = `the command would record ${events} events of ${bytes} bytes at once; ask for less at a time`;
    return { code: 'append_too_large', detail };
  }
  if (error instanceof TooManyWaiting) return { code: 'too_many_waiting', detail: error.message };
  if (error instanceof ReadModelMissing) return { code: 'read_model_missing', detail: error.message };
  return undefined;
}

/** Fastify's and Nest's own errors carry a status; their texts are not repeated. */
function toldOfFramework(error: unknown): Told | undefined {
  switch (frameworkStatus(error)) {
    case 404:
      return { code: 'not_found', detail: 'no such route; /docs lists them all' };
    case 413:
      return {
        code: 'payload_too_large',
        detail: 'a JSON body has at most 1 MiB; key files are sent as they are',
      };
    case 414:
      return { code: 'not_found', detail: 'an identifier in the path is too long' };
    case 415:
      return {
        code: 'unsupported_media_type',
        detail: 'send application/json, and key files as application/octet-stream or text/*',
      };
    case 400:
      return {
        code: 'malformed_json',
        detail: 'the request cannot be read; check its address, lengths and body',
      };
    default:
      return undefined;
  }
}

function frameworkStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  if ('getStatus' in error && typeof error.getStatus === 'function')
    return Number(error.getStatus.call(error));
  return undefined;
}
