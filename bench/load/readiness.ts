import { setTimeout as pause } from 'node:timers/promises';
import type { HttpConnection } from './http-connection.js';

const POLL_MS = 2;
const WAIT_MS_MAX = 600_000;

interface Readiness {
  readonly ready: boolean;
  readonly readModels: readonly { readonly standing: string; readonly caughtUp: boolean }[];
}

/** Waits until every read model has applied all that the store holds. */
export async function untilCaughtUp(connection: HttpConnection): Promise<void> {
  await until(connection, ({ ready, readModels }) => ready && readModels.every(({ caughtUp }) => caughtUp));
}

/** Waits until the service calls itself ready. */
export async function untilReady(connection: HttpConnection): Promise<void> {
  await until(connection, ({ ready }) => ready);
}

async function until(connection: HttpConnection, reached: (readiness: Readiness) => boolean): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const { body } = await connection.get('/health/ready');
    const readiness = JSON.parse(body) as Readiness;
    if (readiness.readModels.some(({ standing }) => standing === 'stopped'))
      throw new RangeError(`a read model stopped: ${body}`);
    if (reached(readiness)) return;
    if (performance.now() > deadline) throw new RangeError(`the service is not ready after minutes: ${body}`);
    await pause(POLL_MS);
  }
}
