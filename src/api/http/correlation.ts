import { randomUUID } from 'node:crypto';

export const CORRELATION_HEADER = 'x-correlation-id';

const CORRELATION_ID = /^[A-Za-z0-9._:/+=@~-]{1,128}$/;

/** The caller's own id for what it is doing; a fresh one where it sent none that can be used. */
export function correlationIdOf(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && CORRELATION_ID.test(sent) ? sent : randomUUID();
}
