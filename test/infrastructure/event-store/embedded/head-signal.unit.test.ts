import { HeadSignal } from '../../../../src/infrastructure/event-store/embedded/head-signal.js';

describe('waiting for the head to move', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('all who wait are woken when it is raised', async () => {
    const signal = new HeadSignal();
    const waits = [signal.wait(new AbortController().signal), signal.wait(new AbortController().signal)];
    signal.raise();

    await Promise.all(waits);
    expect(signal.waiters).toBe(0);
  });

  test('an abort wakes the one it belongs to and leaves nothing behind', async () => {
    const signal = new HeadSignal({ hasMoved: () => false, everyMs: 4 });
    const abort = new AbortController();
    const wait = signal.wait(abort.signal);
    abort.abort();

    await wait;
    expect(signal.waiters).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('it is looked for only while somebody waits', async () => {
    let moved = false;
    const signal = new HeadSignal({ hasMoved: () => moved, everyMs: 4 });
    expect(jest.getTimerCount()).toBe(0);
    const wait = signal.wait(new AbortController().signal);
    jest.advanceTimersByTime(40);
    expect(signal.waiters).toBe(1);
    moved = true;
    jest.advanceTimersByTime(4);

    await wait;
    expect(jest.getTimerCount()).toBe(0);
  });

  test('one that cannot be looked for wakes those who wait, to meet the error themselves', async () => {
    const broken = () => {
      throw new Error('the disk is gone');
    };
    const signal = new HeadSignal({ hasMoved: broken, everyMs: 4 });
    const wait = signal.wait(new AbortController().signal);
    jest.advanceTimersByTime(4);

    await expect(wait).resolves.toBeUndefined();
  });
});
