import { LineBuffer } from '../../src/api/http/line-buffer.js';

describe('log lines', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are written together after some milliseconds, in order', () => {
    const written: string[] = [];
    const lines = new LineBuffer((text) => written.push(text));
    lines.add('a\n');
    lines.add('b\n');
    expect(written).toEqual([]);
    jest.runAllTimers();
    expect(written).toEqual(['a\nb\n']);
    lines.add('c\n');
    jest.runAllTimers();
    expect(written).toEqual(['a\nb\n', 'c\n']);
  });

  it('do not wait when the process ends, nor when there are many', () => {
    const written: string[] = [];
    const lines = new LineBuffer((text) => written.push(text));
    lines.add('a\n');
    lines.flush();
    expect(written).toEqual(['a\n']);
    lines.add('x'.repeat(64 * 1024));
    expect(written).toHaveLength(2);
    jest.runAllTimers();
    expect(written).toHaveLength(2);
  });
});
