import { randomUUID } from 'node:crypto';
import { invalid } from '../../domain/shared/faults.js';
import type { CommandContext } from '../../domain/shared/ledger.js';
import { presentTime } from '../../infrastructure/host/clock.js';
import type { HttpRequest } from '../http/request.js';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/** Who asks, when, and under which id: the server's clock decides. @throws Refusal `invalid` for an unusable key */
export function commandContext(request: HttpRequest, command: string): CommandContext {
  const { actor, onBehalfOf } = request.caller;
  const key = idempotencyKey(request.headers['idempotency-key']);
  return {
    command,
    commandId: key === undefined ? randomUUID() : `http/${actor}/${key}`,
    actor,
    onBehalfOf,
    channel: 'http',
    correlationId: request.id,
    causationId: null,
    at: presentTime(),
  };
}

/**
 * draft-ietf-httpapi-idempotency-key-header asks for a structured string in quotation marks; most callers send it bare.
 * Both name the same key.
 */
function idempotencyKey(sent: string | string[] | undefined): string | undefined {
  if (sent === undefined) return undefined;
  const bare = typeof sent === 'string' ? sent.replace(/^"(.*)"$/, '$1') : '';
  if (IDEMPOTENCY_KEY.test(bare)) return bare;
  throw invalid([{ field: 'Idempotency-Key', message: 'must be 1 to 200 visible ASCII characters' }]);
}
