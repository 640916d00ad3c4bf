import { durationText, Pace } from '../../../src/cli/migration/pace.js';

describe('how fast a move goes', () => {
  test('nothing is foreseen before a second of the phase has passed', () => {
    const pace = new Pace();
    pace.describe({ phase: 'copying', events: 0, share: 0 }, 0);

    expect(pace.describe({ phase: 'copying', events: 900, share: 0.1 }, 999)).toBe('copied 900 events');
  });

  test('a quarter of what is left in ten seconds: thirty more', () => {
    const pace = new Pace();
    pace.describe({ phase: 'copying', events: 0, share: 0.2 }, 5_000);

    const told = pace.describe({ phase: 'copying', events: 20_000, share: 0.4 }, 15_000);

    expect(told).toBe('copied 20000 events, 2000/s, 30 s left');
  });

  test('each phase is timed by itself', () => {
    const pace = new Pace();
    pace.describe({ phase: 'copying', events: 0, share: 0 }, 0);
    pace.describe({ phase: 'verifying', events: 0, share: 0 }, 60_000);

    const told = pace.describe({ phase: 'verifying', events: 500, share: 0.5 }, 62_000);

    expect(told).toBe('compared again 500 events, 250/s, 2 s left');
  });

  test.each([
    [1, '1 s'],
    [59_999, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [18_600_000, '5 h 10 min'],
  ])('%i ms are %s', (durationMs, text) => {
    expect(durationText(durationMs)).toBe(text);
  });
});
