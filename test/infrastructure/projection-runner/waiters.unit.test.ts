import type { Standing } from '../../../src/infrastructure/projection-runner/checkpoint.js';
import { Waiters } from '../../../src/infrastructure/projection-runner/waiters.js';

const at = (position: number) => (): Standing => ({ position, sequence: position, stopped: null });

test('whoever keeps a read model up to date is told that somebody waits, and only then', async () => {
  let told = 0;
  const waiters = new Waiters(() => (told += 1));
  const ask = { name: 'inventory', position: 3, timeoutMs: 60_000 } as const;

  expect(await waiters.wait({ ...ask, standing: at(3) })).toBe(true);
  expect(told).toBe(0);
  const waiting = waiters.wait({ ...ask, standing: at(2) });
  expect(told).toBe(1);
  waiters.notice({ model: 'inventory', ...at(3)() });
  expect(await waiting).toBe(true);
});
