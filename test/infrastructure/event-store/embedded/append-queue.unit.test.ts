import { AppendQueue } from '../../../../src/infrastructure/event-store/embedded/append-queue.js';
import type { RequestedAppend } from '../../../../src/infrastructure/event-store/embedded/write-session.js';
import { NO_STREAM, StoreUnavailable } from '../../../../src/infrastructure/event-store/event-store.js';
import { newEvents } from '../../../support/event-store-events.js';

const MEBIBYTE = 1024 * 1024;

describe('group commit', () => {
  let commits: (readonly RequestedAppend[])[];
  let queue: AppendQueue;
  const request = (sizeBytes = 100, events = 1): RequestedAppend => ({
    stream: 's',
    expected: NO_STREAM,
    events: newEvents(events),
    sizeBytes,
  });

  beforeEach(() => {
    commits = [];
    queue = new AppendQueue((batch) => {
      commits.push(batch);
      return batch.map((_, position) => ({ position, revision: 0 }));
    });
  });

  test('appends that wait at the same time are committed together, in their order', async () => {
    const requests = Array.from({ length: 256 }, () => request());
    const answers = await Promise.all(requests.map((append) => queue.add(append)));

    expect(commits).toHaveLength(1);
    expect(commits[0]?.map(({ events }) => events)).toEqual(requests.map(({ events }) => events));
    expect(answers.map(({ position }) => position)).toEqual(requests.map((_, index) => index));
  });

  test('a lone append is committed in the turn it came in', async () => {
    await queue.add(request());
    await queue.add(request());

    expect(commits.map(({ length }) => length)).toEqual([1, 1]);
  });

  test('a commit is bounded in events and in bytes; the rest follows', async () => {
    await Promise.all(Array.from({ length: 3 }, () => queue.add(request(100, 2_000))));
    expect(commits.map(({ length }) => length)).toEqual([2, 1]);

    await Promise.all(Array.from({ length: 9 }, () => queue.add(request(MEBIBYTE))));
    expect(commits.slice(2).map(({ length }) => length)).toEqual([4, 4, 1]);
  });

  test('more than may wait is refused, and what waits is not lost', async () => {
    const waiting = Array.from({ length: 64 }, () => queue.add(request(MEBIBYTE)));
    expect(() => queue.add(request(1))).toThrow(StoreUnavailable);

    await Promise.all(waiting);
    await queue.add(request(1));
    expect(commits.flat()).toHaveLength(65);
  });

  test('draining waits for all that wait', async () => {
    const settled: number[] = [];
    for (let index = 0; index < 9; index += 1) {
      void queue.add(request(MEBIBYTE)).then(() => settled.push(index));
    }
    await queue.drain();

    expect(commits.flat()).toHaveLength(9);
    await queue.drain();
    expect(settled).toHaveLength(9);
  });
});
