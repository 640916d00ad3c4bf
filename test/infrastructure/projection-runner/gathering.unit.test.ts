import { Gathering } from '../../../src/infrastructure/projection-runner/gathering.js';

const small = { data: '{}', metadata: '{}' };
const CALM = [small];
const LOADED = Array.from({ length: 100 }, () => small);
const CATCHING_UP = [{ data: 'x'.repeat(3 * 1024 * 1024), metadata: '{}' }];

describe('how long read models let events gather', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** How many milliseconds of the timers' clock it takes. */
  const restOf = async (batch: typeof CALM, hurryAfterMs?: number): Promise<number> => {
    const gathering = new Gathering(wait);
    let isOver = false;
    void gathering.rest(batch).then(() => (isOver = true));
    for (let elapsedMs = 0; ; elapsedMs += 1) {
      if (elapsedMs === hurryAfterMs) gathering.hurry();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      if (isOver) return elapsedMs;
      jest.advanceTimersByTime(1);
    }
  };

  test('a catching-up batch is followed at once, a lone event after a moment, load after a while', async () => {
    const [atOnce, calm, loaded] = [await restOf(CATCHING_UP), await restOf(CALM), await restOf(LOADED)];
    expect(atOnce).toBe(0);
    expect(calm).toBeGreaterThan(atOnce);
    expect(loaded).toBeGreaterThan(calm);
  });

  test('under load a rest is cut short for somebody who waits, whenever that began', async () => {
    const unattended = await restOf(LOADED);
    const attended = await restOf(LOADED, 0);
    expect(attended).toBeLessThan(unattended);
    expect(await restOf(LOADED, attended + 1)).toBe(attended + 1);
  });

  test('who waited for one batch hurries none after it', async () => {
    const waits: number[] = [];
    const gathering = new Gathering(async (milliseconds) => void waits.push(milliseconds));
    gathering.hurry();
    await gathering.rest(LOADED);
    expect(waits).toHaveLength(1);
    await gathering.rest(LOADED);
    expect(waits).toHaveLength(3);
  });
});

/** On the faked clock; ends early with the signal, as the real one does. */
function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => resolve());
  });
}
