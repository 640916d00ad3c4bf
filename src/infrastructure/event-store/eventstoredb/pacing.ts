import { setTimeout as timeout } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal aborts; resolves either way. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export const pause: Pause = async (milliseconds, signal) => {
  await timeout(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
};

/** How long to wait after the n-th failure in a row (from 1): doubled each time, up to a bound. */
export function backoffMs(failures: number, firstMs: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
